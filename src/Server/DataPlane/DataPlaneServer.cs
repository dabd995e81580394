using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Transport;
using Mesh.Server.Bootstrap;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.DataPlane;

/// <summary>The port of proxies: bootstrap, discovery and health streams.</summary>
internal static class DataPlaneServer
{
    public static Task<HttpHost> StartAsync(
        ControlPlaneSettings settings,
        ServerCertificates certificates,
        DataPlaneParts parts,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var server = settings.DpServer;
        var certificate = server.PlainText ? null : certificates.Get("dpServer", server.TlsCertFile, server.TlsKeyFile);
        var options = Options(settings.XdsServer, parts.InstanceId, isEncrypted: certificate is not null);
        return HttpHost.StartAsync(
            [new ListenOn("dpServer.port", server.Interface, server.Port, certificate, IsForFleets: true)],
            new QuietLoggers(loggers),
            kestrel =>
            {
                kestrel.SetAdsLimits(options);
                if (certificate is null)
                {
                    kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2);
                }
            },
            services =>
            {
                services.AddRouting();
                services.AddSingleton(clock);
                services.AddSingleton(parts.Streams).AddSingleton(parts.Engine).AddSingleton(new XdsTypes(parts.Engine));
                services.AddSingleton(parts.Authenticator).AddSingleton(parts.Registry).AddSingleton(parts.HealthChecks);
                services.AddMeshAds(options);
                var bootstraps = BootstrapParameters.From(settings, certificate?.ChainPem ?? "");
                services.AddSingleton(new BootstrapService(bootstraps, parts.Dataplanes, parts.Tokens));
                services.AddHostedService(_ => new BootstrapWarmUp(bootstraps));
            },
            application =>
            {
                application.Use((context, next) => parts.IsOpen() ? next(context) : TurnAwayAsync(context));
                application.UseRouting();
                application.MapMeshBootstrap();
                DrainEndpoint.Map(application, parts.Tokens, parts.Rotation);
                application.MapMeshAds();
            },
            cancellationToken);
    }

    private static AdsHostOptions Options(XdsServerSettings settings, string instanceId, bool isEncrypted) => new()
    {
        Protocol = new AdsOptions { ControlPlaneId = instanceId },
        MaxStreams = settings.MaxStreams,
        Admission = new AdmissionOptions
        {
            StartsPerSecond = settings.Admission.StreamsPerSecond,
            MaxOpening = settings.Admission.MaxOpening,
            MaxWaiting = settings.Admission.MaxWaiting,
            MaxWait = settings.Admission.MaxWait,
        },
        MaxConnectionAge = settings.MaxConnectionAge,
        DrainWindow = settings.DrainWindow,
        BufferSize = isEncrypted ? 4096 : 2048,
    };

    /// <summary>Tells a proxy that comes too early to come again; it goes on with what it has.</summary>
    private static Task TurnAwayAsync(HttpContext context)
    {
        const string Reason = "the zone has not got everything from its global control plane yet";
        if (context.Request.Protocol == "HTTP/2" && context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            if (GrpcResponse.TryBegin(context))
            {
                GrpcResponse.End(context, GrpcStatusCode.Unavailable, Reason);
            }

            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(Reason + "\n", context.RequestAborted);
    }
}
