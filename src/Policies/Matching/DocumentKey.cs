using System.Runtime.CompilerServices;

namespace Mesh.Policies.Matching;

/// <summary>Some policies of a kind, weakest first. Equal when they are the same objects in the same order.</summary>
internal readonly struct DocumentKey : IEquatable<DocumentKey>
{
    private readonly int _hash;

    internal DocumentKey(PolicyDocument[] documents)
    {
        Documents = documents;
        var hash = default(HashCode);
        foreach (var document in documents)
        {
            hash.Add(RuntimeHelpers.GetHashCode(document));
        }

        _hash = hash.ToHashCode();
    }

    internal PolicyDocument[] Documents { get; }

    public bool Equals(DocumentKey other)
    {
        if (_hash != other._hash || Documents.Length != other.Documents.Length)
        {
            return false;
        }

        for (var i = 0; i < Documents.Length; i++)
        {
            if (!ReferenceEquals(Documents[i], other.Documents[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is DocumentKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
