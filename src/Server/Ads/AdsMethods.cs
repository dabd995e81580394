using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads;

/// <summary>The methods of the discovery and health services, whoever carries their calls.</summary>
internal sealed class AdsMethods(AdsHost discovery, HealthHost health, AdsHostOptions options)
{
    private const string Services = "/envoy.service.";
    private const string Discovery = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";
    private const string Health = "/envoy.service.health.v3.HealthDiscoveryService/";

    private static readonly string[] _paths =
        [Discovery + "DeltaAggregatedResources", Discovery + "StreamAggregatedResources", Health + "StreamHealthCheck"];

    /// <summary>The paths that are served.</summary>
    public static ReadOnlySpan<string> Paths => _paths;

    /// <summary>Whether a path is one of Envoy's services, served or not: a connection whose first call is one is a proxy's.</summary>
    public static bool IsOfProxies(string path) => path.StartsWith(Services, StringComparison.Ordinal);

    /// <summary>Serves a call until it ends; methods that are not served are UNIMPLEMENTED.</summary>
    public Task ServeAsync(string path, GrpcExchange exchange)
    {
        if (options.ReasonToTurnAway() is { } reason)
        {
            exchange.End(GrpcStatusCode.Unavailable, reason);
            return Task.CompletedTask;
        }

        switch (path)
        {
            case Discovery + "DeltaAggregatedResources":
                return discovery.ServeAsync(exchange, StreamKind.Delta);
            case Discovery + "StreamAggregatedResources":
                return discovery.ServeAsync(exchange, StreamKind.StateOfTheWorld);
            case Health + "StreamHealthCheck":
                return health.ServeAsync(exchange);
            default:
                exchange.End(GrpcStatusCode.Unimplemented, "unknown method " + path);
                return Task.CompletedTask;
        }
    }
}
