using Mesh.Load.Responses;

namespace Mesh.Load.Envoys;

/// <summary>Names that an Envoy begins and ceases to ask for because of one response; scratch of a thread.</summary>
internal sealed class SubscriptionChanges
{
    private readonly List<int>[] _added = [.. XdsKind.All.Select(_ => new List<int>())];
    private readonly List<int>[] _removed = [.. XdsKind.All.Select(_ => new List<int>())];

    /// <summary>Names asked for from now on.</summary>
    public List<int> Added(XdsKind kind) => _added[kind.Index];

    /// <summary>Names no longer asked for.</summary>
    public List<int> Removed(XdsKind kind) => _removed[kind.Index];

    /// <summary>Whether a type's names change.</summary>
    public bool Has(XdsKind kind) => _added[kind.Index].Count + _removed[kind.Index].Count > 0;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        foreach (var kind in XdsKind.All)
        {
            _added[kind.Index].Clear();
            _removed[kind.Index].Clear();
        }
    }
}
