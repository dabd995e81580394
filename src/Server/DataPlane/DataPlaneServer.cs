using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Sockets;
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
    /// <summary>Why a proxy that comes too early is turned away; it goes on with what it has.</summary>
    private const string NotYetOpen = "the zone has not got everything from its global control plane yet";

    /// <exception cref="SettingsException">The port or the congestion control cannot be had.</exception>
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
        var options = Options(settings.XdsServer, parts, isEncrypted: certificate is not null, ChooseCongestionControl(settings.XdsServer, loggers));
        var isOnSockets = settings.XdsServer.Transport == XdsServerSettings.OnSockets;
        return HttpHost.StartAsync(
            [new ListenOn("dpServer.port", server.Interface, server.Port, certificate, IsForFleets: true, HasOwnTls: isOnSockets)],
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
                if (isOnSockets)
                {
                    services.AddMeshSockets(new SocketsOptions
                    {
                        Certificate = certificate?.Leaf,
                        Intermediates = certificate?.Intermediates,
                        Versions = settings.General.TlsVersions,
                    });
                }

                var bootstraps = BootstrapParameters.From(settings, certificate?.ChainPem ?? "");
                services.AddSingleton(new BootstrapService(bootstraps, parts.Dataplanes, parts.Tokens));
                services.AddHostedService(_ => new BootstrapWarmUp(bootstraps));
            },
            application =>
            {
                application.Use((context, next) => parts.IsOpen() || GrpcResponse.IsGrpc(context.Request.ContentType) ? next(context) : TurnAwayAsync(context));
                application.UseRouting();
                application.MapMeshBootstrap();
                DrainEndpoint.Map(application, parts.Tokens, parts.Rotation);
                application.MapMeshAds();
            },
            cancellationToken);
    }

    private static AdsHostOptions Options(XdsServerSettings settings, DataPlaneParts parts, bool isEncrypted, string? congestionControl) => new()
    {
        Protocol = new AdsOptions { ControlPlaneId = parts.InstanceId },
        Meters = parts.Meters,
        ReasonToTurnAway = () => parts.IsOpen() ? null : NotYetOpen,
        MaxStreams = settings.MaxStreams,
        Admission = new AdmissionOptions
        {
            StartsPerSecond = settings.Admission.StreamsPerSecond,
            MaxOpening = settings.Admission.MaxOpening,
            MaxWaiting = settings.Admission.MaxWaiting,
            MaxWait = settings.Admission.MaxWait,
        },
        MaxConnectionAge = settings.MaxConnectionAge,
        KeepAlivePingDelay = settings.KeepAliveInterval,
        KeepAlivePingTimeout = settings.KeepAliveTimeout,
        DrainWindow = settings.DrainWindow,
        BufferSize = isEncrypted ? 4096 : 2048,
        CongestionControl = congestionControl,
    };

    private static string? ChooseCongestionControl(XdsServerSettings settings, ILoggerFactory loggers)
    {
        if (!CongestionControl.TryChoose(settings.CongestionControl, out var name))
        {
            throw new SettingsException([$"xdsServer.congestionControl: this system has no '{settings.CongestionControl}', or does not let this process use it"]);
        }

        if (name is not null)
        {
            DataPlaneLog.UsesCongestionControl(loggers.CreateLogger(typeof(DataPlaneServer).FullName!), name);
        }

        return name;
    }

    /// <summary>Tells a client that comes too early to come again.</summary>
    private static Task TurnAwayAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(NotYetOpen + "\n", context.RequestAborted);
    }
}
