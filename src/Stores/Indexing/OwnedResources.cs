using System.Collections.Immutable;
using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>
/// What one owner owns: a few are listed, of many only the number is kept and a deletion looks for them. A Zone owns thousands and goes
/// seldom; a Dataplane owns one and goes often. Immutable.
/// </summary>
internal sealed record OwnedResources
{
    /// <summary>Most that are listed.</summary>
    public const int MostListed = 16;

    /// <summary>How many there are.</summary>
    public int Count { get; private init; }

    /// <summary>Each of them; default: there were once too many to list.</summary>
    public ImmutableArray<ResourceKey> Listed { get; private init; }

    /// <summary>One.</summary>
    public static OwnedResources Of(ResourceKey one) => new() { Count = 1, Listed = [one] };

    /// <summary>One more, which is not among them.</summary>
    public OwnedResources With(ResourceKey key) => new()
    {
        Count = Count + 1,
        Listed = Listed.IsDefault || Count == MostListed ? default : Listed.Add(key),
    };

    /// <summary>Without one of them; null: nothing is left.</summary>
    public OwnedResources? Without(ResourceKey key) => Count == 1 ? null : new()
    {
        Count = Count - 1,
        Listed = Listed.IsDefault ? default : Listed.Remove(key),
    };
}
