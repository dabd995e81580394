using Mesh.Engine;

namespace Mesh.Protocol.Ads;

/// <summary>The resource types that the protocol has rules for, registered in an engine.</summary>
public sealed class XdsTypes
{
    /// <summary>Clusters (CDS).</summary>
    public static readonly XdsType Cluster = new()
    {
        Url = "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        ShortName = "cds",
        Order = 0,
        Wildcard = true,
        LegacyWildcard = true,
        FullState = true,
        RemovedLast = true,
        GuardedAgainstEmptying = true,
    };

    /// <summary>Load assignments (EDS).</summary>
    public static readonly XdsType Endpoint = new()
    {
        Url = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
        ShortName = "eds",
        Order = 1,
        RemovedLast = true,
    };

    /// <summary>Listeners (LDS).</summary>
    public static readonly XdsType Listener = new()
    {
        Url = "type.googleapis.com/envoy.config.listener.v3.Listener",
        ShortName = "lds",
        Order = 2,
        Wildcard = true,
        LegacyWildcard = true,
        FullState = true,
        RefersToClusters = true,
        GuardedAgainstEmptying = true,
    };

    /// <summary>Route configurations (RDS).</summary>
    public static readonly XdsType Route = new()
    {
        Url = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        ShortName = "rds",
        Order = 3,
        RefersToClusters = true,
    };

    /// <summary>Scoped route configurations (SRDS).</summary>
    public static readonly XdsType ScopedRoute = new()
    {
        Url = "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration",
        ShortName = "srds",
        Order = 4,
        Wildcard = true,
        LegacyWildcard = true,
        RefersToClusters = true,
    };

    /// <summary>Secrets (SDS).</summary>
    public static readonly XdsType Secret = new()
    {
        Url = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
        ShortName = "sds",
        Order = 6,
        HeldVersionsAreJudged = true,
    };

    /// <summary>Filter configurations (ECDS).</summary>
    public static readonly XdsType ExtensionConfig = new()
    {
        Url = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
        ShortName = "ecds",
        Order = 7,
        RefersToClusters = true,
        NeverRemoved = true,
    };

    /// <summary>Runtime layers (RTDS).</summary>
    public static readonly XdsType Runtime = new()
    {
        Url = "type.googleapis.com/envoy.service.runtime.v3.Runtime",
        ShortName = "rtds",
        Order = 8,
    };

    private static readonly XdsType[] _all = [Cluster, Endpoint, Listener, Route, ScopedRoute, Secret, ExtensionConfig, Runtime];

    private readonly ResourceEngine _engine;
    private readonly XdsType?[] _byId = new XdsType?[TypeTable.Capacity];

    /// <summary>Registers the known types in an engine.</summary>
    public XdsTypes(ResourceEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        foreach (var type in _all)
        {
            _byId[engine.Types.Register(type.Url).Id] = type;
        }

        ClusterType = engine.Types.Register(Cluster.Url);
        Sent = new SentNamesTable(engine.Symbols);
    }

    /// <summary>The engine's number of the cluster type.</summary>
    public ResourceType ClusterType { get; }

    /// <summary>What the streams of this engine have told and what is not answered yet.</summary>
    internal SentNamesTable Sent { get; }

    /// <summary>The rules of a known type by its URL; null for any other.</summary>
    internal static XdsType? RulesOf(string url) => Array.Find(_all, type => type.Url == url);

    /// <summary>The rules of a type by its URL; a type without resources here gets rules of its own and no number.</summary>
    internal XdsType Find(ReadOnlySpan<byte> url, out ResourceType? type)
    {
        if (_engine.Types.TryFind(url, out var known))
        {
            type = known;
            return _byId[known.Id] ??= Custom(url);
        }

        type = null;
        return Custom(url);
    }

    private static XdsType Custom(ReadOnlySpan<byte> url) =>
        new() { Url = System.Text.Encoding.UTF8.GetString(url), ShortName = "other" };
}
