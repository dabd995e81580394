using Mesh.Engine;
using Mesh.Protocol.Ads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mesh.Server.Ads;

/// <summary>Puts the discovery and health services into a Kestrel server of their own.</summary>
public static class MeshAdsExtensions
{
    private const string Discovery = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";
    private const string Health = "/envoy.service.health.v3.HealthDiscoveryService/";

    /// <summary>
    /// Adds the services. To be registered besides: <see cref="ResourceEngine"/>, <see cref="XdsTypes"/>, <see cref="IStreamAuthenticator"/>,
    /// <see cref="IProxyRegistry"/> and <see cref="IHealthCheckSource"/>.
    /// </summary>
    public static IServiceCollection AddMeshAds(this IServiceCollection services, AdsHostOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options ?? new AdsHostOptions());
        services.TryAddSingleton<AdsStreams>();
        services.TryAddSingleton<AdsHost>();
        services.TryAddSingleton<HealthHost>();

        // A fleet that comes back at once must find room in the queue of the listening socket.
        services.Configure<SocketTransportOptions>(transport => transport.Backlog = 8192);
        return services;
    }

    /// <summary>
    /// Sets the limits of a server with discovery streams: slow readers are ours to judge (Kestrel would cut connections whose
    /// client is busy), connections have many streams and live long, and silence is asked after.
    /// </summary>
    public static void SetAdsLimits(this KestrelServerOptions kestrel, AdsHostOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        options ??= new AdsHostOptions();
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestSize;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
        kestrel.Limits.Http2.KeepAlivePingDelay = options.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.KeepAlivePingTimeout;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
    }

    /// <summary>Maps <c>DeltaAggregatedResources</c>, <c>StreamAggregatedResources</c> and <c>StreamHealthCheck</c>; other methods are UNIMPLEMENTED.</summary>
    public static void MapMeshAds(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var discovery = endpoints.ServiceProvider.GetRequiredService<AdsHost>();
        var health = endpoints.ServiceProvider.GetRequiredService<HealthHost>();
        Map(endpoints, Discovery + "DeltaAggregatedResources", context => discovery.ServeAsync(context, StreamKind.Delta));
        Map(endpoints, Discovery + "StreamAggregatedResources", context => discovery.ServeAsync(context, StreamKind.StateOfTheWorld));
        Map(endpoints, Health + "StreamHealthCheck", health.ServeAsync);
        Map(endpoints, "/{service}/{method}", UnimplementedAsync);
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, RequestDelegate serve) =>
        endpoints.MapMethods(path, [HttpMethods.Post], serve);

    private static Task UnimplementedAsync(HttpContext context)
    {
        if (GrpcResponse.TryBegin(context))
        {
            GrpcResponse.End(context, GrpcStatusCode.Unimplemented, "unknown method " + context.Request.Path);
        }

        return Task.CompletedTask;
    }
}
