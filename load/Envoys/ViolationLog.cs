using Mesh.Load.Responses;

namespace Mesh.Load.Envoys;

/// <summary>Violations that the Envoys of one thread saw: all are counted, some are kept as examples.</summary>
internal sealed class ViolationLog
{
    private const int MaxExamples = 20;

    private readonly long[] _counts = new long[Enum.GetValues<ViolationKind>().Length];
    private readonly List<string> _examples = [];

    /// <summary>Some of them, in words.</summary>
    public IReadOnlyList<string> Examples => _examples;

    /// <summary>How many there were of a kind.</summary>
    public long this[ViolationKind kind] => Interlocked.Read(ref _counts[(int)kind]);

    /// <summary>Adds one.</summary>
    public void Add(ViolationKind kind, int envoy, XdsKind? type, string name)
    {
        if (Interlocked.Increment(ref _counts[(int)kind]) <= MaxExamples / 4 && _examples.Count < MaxExamples)
        {
            _examples.Add($"{kind}: proxy {envoy}, {type?.Name ?? "?"} {name}");
        }
    }
}
