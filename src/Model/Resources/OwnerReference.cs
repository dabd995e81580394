namespace Mesh.Model.Resources;

/// <summary>
/// The owner of a resource as one object: most have one of few (their Zone), and a key of three texts in each resource would be a quarter of it.
/// </summary>
/// <param name="Key">The owner.</param>
internal sealed record OwnerReference(ResourceKey Key)
{
    private const int Places = 256;

    // Those seen last, by hash. Threads that race make a second object at worst.
    private static readonly OwnerReference?[] _recent = new OwnerReference?[Places];

    /// <summary>The object of an owner.</summary>
    public static OwnerReference? Of(ResourceKey? owner)
    {
        if (owner is not { } key)
        {
            return null;
        }

        ref var place = ref _recent[key.GetHashCode() & (Places - 1)];
        var known = Volatile.Read(ref place);
        if (known is null || known.Key != key)
        {
            Volatile.Write(ref place, known = new OwnerReference(key));
        }

        return known;
    }
}
