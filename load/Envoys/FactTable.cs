using System.IO.Hashing;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Envoys;

/// <summary>
/// Every distinct resource that came, numbered, for one thread. Equal bytes are equal resources: what all virtual Envoys get is
/// parsed once.
/// </summary>
internal sealed class FactTable
{
    /// <summary>The number of "the server says that there is none".</summary>
    public const int Absent = 1;

    private readonly Dictionary<ulong, int> _byHash = [];

    // What was read of a content: a load assignment comes again in another version when its cluster changes.
    private readonly Dictionary<ulong, Fact> _byContent = [];
    private readonly List<Fact?> _facts = [null, null];

    /// <summary>Names of this thread.</summary>
    public NameTable Names { get; } = new();

    /// <summary>Number of distinct resources.</summary>
    public int Count => _facts.Count - 2;

    /// <summary>A resource by number; there must be one.</summary>
    public Fact this[int number] => _facts[number]!;

    /// <summary>The number of a resource of a delta response.</summary>
    /// <param name="resource">The encoded <c>Resource</c>.</param>
    public int AddDelta(XdsKind kind, ReadOnlySpan<byte> resource)
    {
        if (_byHash.TryGetValue(XxHash3.HashToUInt64(resource, kind.Index), out var known))
        {
            return known;
        }

        ReadOnlySpan<byte> version = default, any = default, name = default;
        var fields = new FieldReader(resource);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    version = fields.Bytes;
                    break;
                case 2:
                    any = fields.Bytes;
                    break;
                case 3:
                    name = fields.Bytes;
                    break;
            }
        }

        var content = XxHash3.HashToUInt64(any, kind.Index);
        if (!_byContent.TryGetValue(content, out var fact))
        {
            fact = FactReader.Read(kind, Names, MessageOf(any), default);
            _byContent.Add(content, fact);
        }

        return Add(XxHash3.HashToUInt64(resource, kind.Index), fact with { Name = Names.Add(name), Version = version.ToArray() });
    }

    /// <summary>The number of a resource of a state-of-the-world response.</summary>
    /// <param name="any">The encoded <c>Any</c>.</param>
    public int AddState(XdsKind kind, ReadOnlySpan<byte> any)
    {
        var hash = XxHash3.HashToUInt64(any, kind.Index);
        return _byHash.TryGetValue(hash, out var known) ? known : Add(hash, FactReader.Read(kind, Names, MessageOf(any), default));
    }

    private int Add(ulong hash, Fact fact)
    {
        _byHash.Add(hash, _facts.Count);
        _facts.Add(fact);
        return _facts.Count - 1;
    }

    private static ReadOnlySpan<byte> MessageOf(ReadOnlySpan<byte> any)
    {
        var fields = new FieldReader(any);
        while (fields.Next())
        {
            if (fields.Field == 2)
            {
                return fields.Bytes;
            }
        }

        return default;
    }
}
