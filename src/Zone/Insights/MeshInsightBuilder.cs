using Mesh.Model.Kinds;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Insights;

/// <summary>Counts a mesh (contract §1.10). Pure.</summary>
internal sealed class MeshInsightBuilder
{
    private const string Unknown = "unknown";

    private readonly DataplaneTally _all = new();
    private readonly DataplaneTally _standard = new();
    private readonly DataplaneTally _gateway = new();
    private readonly SortedDictionary<string, DataplaneTally> _sidecars = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DataplaneTally> _envoys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DataplaneTally> _issuers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DataplaneTally> _trusts = new(StringComparer.Ordinal);

    /// <summary>The counts of a mesh.</summary>
    public static MeshInsightSpec Build(MeshFacts mesh)
    {
        var builder = new MeshInsightBuilder();
        foreach (var dataplane in mesh.Of(DataplaneKind.Name).Values)
        {
            builder.Add(dataplane.SpecAs<DataplaneSpec>(), (DataplaneInsightSpec?)mesh.Find(DataplaneInsightKind.Name, dataplane.Name)?.Spec);
        }

        return builder.ToSpec(mesh);
    }

    /// <summary>Whether two forms of a Dataplane count the same, given the same insight.</summary>
    public static bool CountsAlike(DataplaneSpec one, DataplaneSpec other) =>
        ReferenceEquals(one, other)
        || (one.Networking?.Gateway is null == other.Networking?.Gateway is null && ProxyStates.Inbounds(one) == ProxyStates.Inbounds(other));

    /// <summary>Whether two insights of a proxy count the same.</summary>
    public static bool CountsAlike(DataplaneInsightSpec one, DataplaneInsightSpec other) =>
        ReferenceEquals(one, other)
        || (ProxyStates.IsConnected(one) == ProxyStates.IsConnected(other)
            && Versions(one) == Versions(other)
            && one.Mtls?.IssuedBackend == other.Mtls?.IssuedBackend
            && (one.Mtls?.SupportedBackends ?? []).SequenceEqual(other.Mtls?.SupportedBackends ?? [], StringComparer.Ordinal));

    private static (string? Sidecar, string? Envoy) Versions(DataplaneInsightSpec? insight) =>
        insight?.Subscriptions is [.., { Version: { } newest }] ? (newest.KumaDp?.Version, newest.Envoy?.Version) : default;

    private static void Add(SortedDictionary<string, DataplaneTally> tallies, string? key, ProxyState state)
    {
        key = string.IsNullOrEmpty(key) ? Unknown : key;
        if (!tallies.TryGetValue(key, out var tally))
        {
            tallies[key] = tally = new DataplaneTally();
        }

        tally.Add(state);
    }

    private static SortedDictionary<string, DataplaneStat> Stats(SortedDictionary<string, DataplaneTally> tallies) =>
        new(tallies.ToDictionary(pair => pair.Key, pair => pair.Value.ToStat()), StringComparer.Ordinal);

    private void Add(DataplaneSpec dataplane, DataplaneInsightSpec? insight)
    {
        var state = ProxyStates.Of(dataplane, insight);
        _all.Add(state);
        (dataplane.Networking?.Gateway is null ? _standard : _gateway).Add(state);
        var (sidecar, envoy) = Versions(insight);
        Add(_sidecars, sidecar, state);
        Add(_envoys, envoy, state);
        if (insight?.Mtls is { } certificate)
        {
            Add(_issuers, certificate.IssuedBackend, state);
            foreach (var trust in certificate.SupportedBackends ?? [])
            {
                Add(_trusts, trust, state);
            }
        }
    }

    private MeshInsightSpec ToSpec(MeshFacts mesh)
    {
        var resources = new SortedDictionary<string, ResourceStat>(StringComparer.Ordinal);
        foreach (var (kind, count) in mesh.Counts)
        {
            if (count > 0 && !kind.EndsWith("Insight", StringComparison.Ordinal))
            {
                resources[kind] = new ResourceStat { Total = (uint)count };
            }
        }

        // Only delegated gateways exist: each counts as a gateway and as a delegated one.
        var gateway = _gateway.ToStat();
        return new MeshInsightSpec
        {
            Dataplanes = _all.ToStat(),
            DpVersions = new MeshInsightVersions { KumaDp = Stats(_sidecars), Envoy = Stats(_envoys) },
            Mtls = new MeshInsightTls { IssuedBackends = Stats(_issuers), SupportedBackends = Stats(_trusts) },
            DataplanesByType = new MeshInsightTypes { Standard = _standard.ToStat(), Gateway = gateway, GatewayDelegated = gateway },
            Resources = resources,
        };
    }
}
