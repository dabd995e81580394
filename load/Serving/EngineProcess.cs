using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Engine;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Sockets;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Load.Serving;

/// <summary>
/// <c>serve</c>: our engine and discovery host over a generated mesh and nothing else, so that the push path is measured
/// alone. Its control port is that of the go-control-plane peer, and more.
/// </summary>
internal static class EngineProcess
{
    /// <summary>Runs until it is killed.</summary>
    public static async Task<int> RunAsync(EngineProcessOptions options, CancellationToken cancellationToken)
    {
        var engine = new ResourceEngine();
        using var snapshots = new SyntheticSnapshots(engine, new SyntheticMesh(options.Services, options.Endpoints), options.Proxies, options.NodeId);
        await using var discovery = Discovery(engine, options);
        await using var control = Control(snapshots, discovery.Services.GetRequiredService<AdsStreams>(), options);
        await discovery.StartAsync(cancellationToken);
        await control.StartAsync(cancellationToken);
        Console.WriteLine($"ready pid={Environment.ProcessId} xds=127.0.0.1:{options.Listen} control=127.0.0.1:{options.Control} proxies={options.Proxies}");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static WebApplication Discovery(ResourceEngine engine, EngineProcessOptions options)
    {
        var door = new OpenDoor();
        var builder = Builder();
        builder.Services.AddSingleton(engine).AddSingleton(new XdsTypes(engine));
        builder.Services.AddSingleton<IStreamAuthenticator>(door).AddSingleton<IProxyRegistry>(door).AddSingleton<IHealthCheckSource>(door);
        CongestionControl.TryChoose(CongestionControl.Auto, out var congestionControl);
        var ads = new AdsHostOptions { CongestionControl = congestionControl, Protocol = new AdsOptions { ControlPlaneId = "load" }, BufferSize = options.Tls ? 4096 : 2048 };
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.SetAdsLimits(ads);
            kestrel.Listen(IPAddress.Loopback, options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (options.Tls && options.Kestrel)
                {
                    listen.UseMeshAdsTls(new HttpsConnectionAdapterOptions { ServerCertificate = Certificate() });
                }
            });
        });
        builder.Services.AddMeshAds(ads);
        if (!options.Kestrel)
        {
            builder.Services.AddMeshSockets(new SocketsOptions { Certificate = options.Tls ? Certificate() : null });
        }

        var application = builder.Build();
        application.UseRouting();
        application.MapMeshAds();
        return application;
    }

    private static WebApplication Control(SyntheticSnapshots snapshots, AdsStreams streams, EngineProcessOptions options)
    {
        var builder = Builder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Control));
        var application = builder.Build();
        var gate = new Lock();
        application.UseRouting();
        application.MapPost("/change", (string kind, string scope, int n) =>
        {
            lock (gate)
            {
                return Results.Json(new { changed = snapshots.Change(kind, scope == "all" ? 0 : n) });
            }
        });
        application.MapPost("/churn", async (ChurnModel model, int rate, int seconds) =>
        {
            var (due, made, allocated) = await Task.Run(() => Churn(snapshots, gate, model, rate, seconds));
            return Results.Json(new { due, made, allocated_bytes = allocated });
        });
        application.MapGet("/published", () =>
        {
            lock (gate)
            {
                return Results.Json(snapshots.Published());
            }
        });
        application.MapGet("/stats", () => Results.Json(new
        {
            heap_bytes = GC.GetTotalMemory(forceFullCollection: false),
            allocated_bytes = GC.GetTotalAllocatedBytes(),
            collections = new[] { GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2) },
            oldest_bytes = OldestBytes(),
            streams = streams.Count,
        }));
        return application;
    }

    /// <summary>What gen2 and large objects took after the last collection; what was never collected is not in it.</summary>
    private static long OldestBytes()
    {
        var generations = GC.GetGCMemoryInfo(GCKind.Any).GenerationInfo;
        return generations.Length > 3 ? generations[2].SizeAfterBytes + generations[3].SizeAfterBytes : 0;
    }

    /// <summary>Changes at a rate. What falls due while a round publishes is the next round's, as in a control plane.</summary>
    private static ChurnResult Churn(SyntheticSnapshots snapshots, Lock gate, ChurnModel model, int rate, int seconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (done, made) = (0L, 0L);
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            var elapsed = Stopwatch.GetElapsedTime(begin);
            var due = (long)(Math.Min(elapsed.TotalSeconds, seconds) * rate) - done;
            if (due > 0)
            {
                lock (gate)
                {
                    made += snapshots.Churn(model, (int)due);
                }

                done += due;
            }
            else if (elapsed.TotalSeconds >= seconds)
            {
                return new ChurnResult(done, made, GC.GetAllocatedBytesForCurrentThread() - allocated);
            }
            else
            {
                pause.Wait(1);
            }
        }
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole());
        return builder;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
