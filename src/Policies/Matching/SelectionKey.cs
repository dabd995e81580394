namespace Mesh.Policies.Matching;

/// <summary>Which of the policies of a kind were chosen, by position. Value equality.</summary>
internal readonly struct SelectionKey : IEquatable<SelectionKey>
{
    private readonly int _hash;

    internal SelectionKey(int[] indexes)
    {
        Indexes = indexes;
        var hash = default(HashCode);
        foreach (var index in indexes)
        {
            hash.Add(index);
        }

        _hash = hash.ToHashCode();
    }

    internal int[] Indexes { get; }

    public bool Equals(SelectionKey other) => _hash == other._hash && Indexes.AsSpan().SequenceEqual(other.Indexes);

    public override bool Equals(object? obj) => obj is SelectionKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
