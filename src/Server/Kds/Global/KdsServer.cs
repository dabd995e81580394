using System.IO.Compression;
using Grpc.AspNetCore.Server.Model;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>The port of zones.</summary>
internal static class KdsServer
{
    private const int StreamsPerConnection = 100;
    private const int WindowBytes = 1 << 20;

    public static Task<HttpHost> StartAsync(
        GlobalKdsSettings settings, ServerCertificates certificates, ZoneCalls calls, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var certificate = settings.TlsEnabled ? certificates.Get("multizone.global.kds", settings.TlsCertFile, settings.TlsKeyFile) : null;
        return HttpHost.StartAsync(
            [new ListenOn("multizone.global.kds.grpcPort", settings.Interface, settings.GrpcPort, certificate)],
            loggers,
            kestrel =>
            {
                var limits = kestrel.Limits;
                limits.MinResponseDataRate = null;
                limits.MinRequestBodyDataRate = null;
                limits.MaxRequestBodySize = null;
                limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
                limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
                limits.Http2.InitialConnectionWindowSize = WindowBytes;
                limits.Http2.InitialStreamWindowSize = WindowBytes;
                limits.Http2.KeepAlivePingDelay = settings.KeepAliveInterval;
                // A Global that is busy with a hundred zones hears their answers late: that is no loss.
                limits.Http2.KeepAlivePingTimeout = 3 * settings.KeepAliveInterval;
                if (certificate is null)
                {
                    kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2);
                }
            },
            services =>
            {
                services.AddRouting();
                services.AddGrpc(grpc =>
                {
                    grpc.MaxReceiveMessageSize = settings.MaxMsgSize;
                    grpc.MaxSendMessageSize = settings.MaxMsgSize;
                    grpc.ResponseCompressionAlgorithm = "gzip";
                    grpc.ResponseCompressionLevel = CompressionLevel.Fastest;
                    grpc.IgnoreUnknownServices = false;
                });
                services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<KdsEndpoint>>(new KdsMethodProvider(calls)));
            },
            application =>
            {
                application.UseRouting();
                application.MapGrpcService<KdsEndpoint>();
            },
            cancellationToken);
    }
}
