using System.Net;
using System.Net.Sockets;
using Mesh.Engine;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Pushing;
using Mesh.Server.Ads.Sockets;
using Mesh.Server.Ads.Sockets.Polling;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads;

/// <summary>Puts the discovery and health services into a Kestrel server of their own.</summary>
public static class MeshAdsExtensions
{
    /// <summary>How long connections have to close after the last stream ended.</summary>
    private static readonly TimeSpan _shutdownGrace = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that a connection holds for a client that does not take them; the streams keep none of their own.</summary>
    private const int MaxBuffered = 16 * 1024;

    /// <summary>TLS handshakes at a time: some milliseconds of processor time each, and some round trips to wait for.</summary>
    internal const int MaxHandshakes = 256;

    /// <summary>
    /// Adds the services. To be registered besides: <see cref="ResourceEngine"/>, <see cref="XdsTypes"/>, <see cref="IStreamAuthenticator"/>,
    /// <see cref="IProxyRegistry"/> and <see cref="IHealthCheckSource"/>. To be called after <c>UseKestrelCore</c>: of two pools of
    /// memory the last one counts, and Kestrel brings its own.
    /// </summary>
    public static IServiceCollection AddMeshAds(this IServiceCollection services, AdsHostOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        options ??= new AdsHostOptions();
        services.TryAddSingleton(options);
        services.TryAddSingleton<AdsStreams>();
        services.TryAddSingleton<UnfinishedRequests>();
        services.TryAddSingleton<AdsHost>();
        services.TryAddSingleton<HealthHost>();
        services.TryAddSingleton<AdsMethods>();

        services.AddLogging(logging => logging.AddFilter(QuietLoggers.Requests, LogLevel.None));
        services.TryAddSingleton<BlockPools>();
        services.TryAddSingleton<TransportBuffers>();
        services.TryAddSingleton<TurnRunner>(OnThreadPool);
        services.TryAddSingleton<Http2Host>();
        services.AddSingleton<IMemoryPoolFactory<byte>>(provider => provider.GetRequiredService<BlockPools>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainWindow + _shutdownGrace);
        services.Configure<SocketTransportOptions>(transport =>
        {
            // A fleet that comes back at once must find room in the queue of the listening socket.
            transport.Backlog = 8192;
            // Nothing that reads or writes here blocks, and each change of threads costs as much as a small push.
            transport.UnsafePreferInlineScheduling = true;
            transport.CreateBoundListenSocket = endpoint => Bind(endpoint, options);
        });
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
        // One response per stream, whose headers are some bytes: remembering them costs more than sending them.
        kestrel.AllowResponseHeaderCompression = false;
        kestrel.Limits.MaxResponseBufferSize = MaxBuffered;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
        kestrel.Limits.Http2.KeepAlivePingDelay = options.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.KeepAlivePingTimeout;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
    }

    /// <summary>
    /// TLS of a port with discovery streams: <see cref="HttpsConnectionAdapterOptions.HandshakeTimeout"/> begins when it is a
    /// handshake's turn, so that a fleet that comes at once gets in instead of timing out together.
    /// </summary>
    public static void UseMeshAdsTls(this ListenOptions listen, HttpsConnectionAdapterOptions tls)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(tls);
        var clock = listen.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        var options = listen.ApplicationServices.GetService<AdsHostOptions>() ?? new AdsHostOptions();
        var gate = new HandshakeGate(MaxHandshakes, options.MaxStreams, tls.HandshakeTimeout, clock);
        gate.UseBefore(listen);
        listen.UseHttps(tls);
        HandshakeGate.UseBehind(listen);
    }

    /// <summary>
    /// Serves the connections of proxies with our own HTTP/2 on plain sockets; Kestrel serves the others on the same port. TLS is this
    /// transport's: the port must have none of Kestrel's.
    /// </summary>
    public static IServiceCollection AddMeshSockets(this IServiceCollection services, SocketsOptions options) => services
        .AddSingleton(options)
        .Replace(ServiceDescriptor.Singleton<TurnRunner>(Poller.IsSupported ? Poller.Run : OnThreadPool))
        .AddSingleton<IConnectionListenerFactory, SocketsListenerFactory>();

    /// <summary>Maps <c>DeltaAggregatedResources</c>, <c>StreamAggregatedResources</c> and <c>StreamHealthCheck</c>; other methods are UNIMPLEMENTED.</summary>
    public static void MapMeshAds(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var methods = endpoints.ServiceProvider.GetRequiredService<AdsMethods>();
        foreach (var path in AdsMethods.Paths)
        {
            Map(endpoints, path, context => ServeAsync(methods, path, context));
        }

        Map(endpoints, "/{service}/{method}", context => ServeAsync(methods, context.Request.Path.Value ?? "", context));
    }

    /// <summary>A listening socket whose connections are as the options say.</summary>
    internal static Socket Bind(EndPoint endpoint, AdsHostOptions options)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (options.CongestionControl is { } name && endpoint is IPEndPoint)
        {
            CongestionControl.Use(socket, name);
        }

        return socket;
    }

    private static void OnThreadPool(IThreadPoolWorkItem turn) => ThreadPool.UnsafeQueueUserWorkItem(turn, preferLocal: false);

    private static void Map(IEndpointRouteBuilder endpoints, string path, RequestDelegate serve) =>
        endpoints.MapMethods(path, [HttpMethods.Post], serve);

    private static Task ServeAsync(AdsMethods methods, string path, HttpContext context) =>
        GrpcResponse.TryBegin(context) ? methods.ServeAsync(path, new KestrelExchange(context)) : Task.CompletedTask;
}
