using Mesh.Server.Hosting;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Routing;
using Mesh.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rest;

/// <summary>The REST API on its ports.</summary>
internal static class RestServer
{
    /// <summary>Starts to listen; null when both ports are switched off.</summary>
    public static async Task<HttpHost?> StartAsync(
        ApiServerSettings settings, RestRouter router, ServerCertificates certificates, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var ports = new List<ListenOn>();
        if (settings.Http.Enabled)
        {
            ports.Add(new ListenOn("apiServer.http.port", settings.Http.Interface, settings.Http.Port, null));
        }

        if (settings.Https.Enabled)
        {
            var certificate = certificates.Get("apiServer.https", settings.Https.TlsCertFile, settings.Https.TlsKeyFile);
            ports.Add(new ListenOn("apiServer.https.port", settings.Https.Interface, settings.Https.Port, certificate));
        }

        return ports.Count == 0 ? null : await HttpHost.StartAsync(
            ports,
            loggers,
            kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = RestRequest.LongestBody;
                kestrel.Limits.RequestHeadersTimeout = Least(settings.ReadHeaderTimeout);
                kestrel.Limits.KeepAliveTimeout = Least(settings.IdleTimeout);
            },
            _ => { },
            application =>
            {
                var cors = new CorsPolicy(settings.CorsAllowedDomains);
                if (settings.BasePath is { Length: > 1 } basePath)
                {
                    application.UsePathBase(basePath.TrimEnd('/'));
                }

                application.Run(http => cors.Apply(http) ? Task.CompletedTask : router.HandleAsync(http));
            },
            cancellationToken);
    }

    /// <summary>Zero means no limit in settings and is refused by Kestrel.</summary>
    private static TimeSpan Least(TimeSpan timeout) => timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan;
}
