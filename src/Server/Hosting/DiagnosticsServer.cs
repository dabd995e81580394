using Mesh.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Mesh.Server.Hosting;

/// <summary><c>/healthy</c>, <c>/ready</c> and <c>/metrics</c> of this process.</summary>
internal static class DiagnosticsServer
{
    /// <summary>Meters whose names begin so are exported.</summary>
    private const string Meters = "Mesh.*";

    public static Task<HttpHost> StartAsync(
        DiagnosticsSettings settings, Readiness readiness, ILoggerFactory loggers, CancellationToken cancellationToken) => HttpHost.StartAsync(
            [new ListenOn("diagnostics.serverPort", settings.Interface, settings.ServerPort, null)],
            loggers,
            kestrel => kestrel.Limits.MaxRequestBodySize = 1 << 16,
            services =>
            {
                services.AddRouting();
                services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters, "System.Runtime").AddPrometheusExporter());
            },
            application =>
            {
                application.UseRouting();
                application.MapGet("/healthy", () => Results.Text("OK\n"));
                application.MapGet("/ready", () => readiness.IsReady ? Results.Text("OK\n") : Results.Text("not ready\n", statusCode: 503));
                application.MapPrometheusScrapingEndpoint("/metrics");
            },
            cancellationToken);
}
