using System.IO.Hashing;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Responses;

/// <summary>
/// Every distinct resource that came, numbered, for one thread. Equal bytes are equal resources: what all virtual Envoys get is
/// parsed once.
/// </summary>
internal sealed class FactTable
{
    /// <summary>The number of what is no resource of a type that an Envoy here asks for.</summary>
    public const int Unknown = 0;

    /// <summary>The number of "the server says that there is none".</summary>
    public const int Absent = 1;

    private readonly Dictionary<ulong, int> _byHash = [];

    // What was read of a content: a load assignment comes again in another version when its cluster changes.
    private readonly Dictionary<ulong, Fact> _byContent = [];
    private readonly List<Fact?> _facts = [null, null];

    /// <summary>Names of this thread.</summary>
    public NameTable Names { get; } = new();

    /// <summary>Bytes of large resources that came lately.</summary>
    public KnownContents Contents { get; } = new();

    /// <summary>Number of distinct resources.</summary>
    public int Count => _facts.Count - 2;

    /// <summary>A resource by number; there must be one.</summary>
    public Fact this[int number] => _facts[number]!;

    /// <summary>The number of a resource of a delta response.</summary>
    /// <param name="resource">The encoded <c>Resource</c>: it says its type itself, for that of the response may come behind it.</param>
    public int AddDelta(ReadOnlySpan<byte> resource)
    {
        var hash = XxHash3.HashToUInt64(resource);
        if (_byHash.TryGetValue(hash, out var known))
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

        var content = XxHash3.HashToUInt64(any);
        // What was said before says nothing of when this version was decided.
        if (_byContent.TryGetValue(content, out var fact))
        {
            fact = fact with { Stamp = 0 };
        }
        else
        {
            fact = Read(any);
            if (fact is null)
            {
                return Unknown;
            }

            _byContent.Add(content, fact);
        }

        Contents.Add(resource);
        return Add(hash, fact with { Name = Names.Add(name), Version = version.ToArray() });
    }

    /// <summary>The number of a resource of a state-of-the-world response.</summary>
    /// <param name="any">The encoded <c>Any</c>.</param>
    public int AddState(ReadOnlySpan<byte> any)
    {
        var hash = XxHash3.HashToUInt64(any);
        if (_byHash.TryGetValue(hash, out var known))
        {
            return known;
        }

        if (Read(any) is not { } fact)
        {
            return Unknown;
        }

        Contents.Add(any);
        return Add(hash, fact);
    }

    private int Add(ulong hash, Fact fact)
    {
        _byHash.Add(hash, _facts.Count);
        _facts.Add(fact);
        return _facts.Count - 1;
    }

    private Fact? Read(ReadOnlySpan<byte> any)
    {
        XdsKind? kind = null;
        ReadOnlySpan<byte> message = default;
        var fields = new FieldReader(any);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                kind = XdsKind.Find(fields.Bytes);
            }
            else if (fields.Field == 2)
            {
                message = fields.Bytes;
            }
        }

        return kind is null || fields.Malformed || FactReader.Read(kind, Names, message) is not { } fact
            ? null
            : fact with { Content = PublishedContents.HashOf(message) };
    }
}
