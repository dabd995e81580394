using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Changes headers: first <see cref="Set"/>, then <see cref="Add"/>, then <see cref="Remove"/>.</summary>
public sealed record HeaderModifier
{
    /// <summary>Replaces these headers.</summary>
    [Items(0, 16)]
    public IReadOnlyList<HeaderValue>? Set { get; init; }

    /// <summary>Adds these headers beside those that exist.</summary>
    [Items(0, 16)]
    public IReadOnlyList<HeaderValue>? Add { get; init; }

    /// <summary>Removes headers of these names.</summary>
    [Items(0, 16)]
    public IReadOnlyList<string>? Remove { get; init; }
}
