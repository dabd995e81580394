using System.Runtime;
using Mesh.Identity.Secrets;
using Mesh.Model.Labels;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Settings;
using Mesh.Stores.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Hosting.Rehearsing;

/// <summary>
/// Plays the arrival of a small fleet after a start, on a second zone in memory that nobody else sees (decision 0019), so that the code that a fleet needs when it comes back is
/// loaded and compiled. The first proxies of a process cost it several times what later ones do, and after a restart they come all at once.
/// Ends as soon as real proxies come: it would only keep them waiting.
/// </summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private const string Mesh = "default";
    private const int Services = 8;

    /// <summary>Proxies that come at the same time.</summary>
    private const int Together = 4;

    /// <summary>More than it has proxies: whoever else comes to its port, which is open for some seconds, finds no more than that.</summary>
    private const int MaxStreams = 128;

    /// <summary>Real streams that end it.</summary>
    private const int RealStreams = 4;

    /// <summary>The runtime counts calls only when nothing was called for the first time for a tenth of a second.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Pauses without anything being compiled after which it counts.</summary>
    private const int QuietPauses = 2;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly HostedParts _host;
    private readonly ProxyServing _real;
    private readonly RehearsalPlan _plan;
    private readonly ILogger _logger;
    private readonly Task _running;

    private Rehearsal(HostedParts host, ProxyServing real, RehearsalPlan plan)
    {
        (_host, _real, _plan) = (host, real, plan);
        _logger = host.Loggers.CreateLogger<Rehearsal>();
        _running = Task.Run(RunAsync);
    }

    /// <summary>Whether there are no real ones yet.</summary>
    private bool AreNeeded => _real.Streams.Count < RealStreams;

    /// <summary>Begins one.</summary>
    /// <param name="host">What the real zone is built on.</param>
    /// <param name="real">How real proxies are served.</param>
    /// <param name="plan">How much of it.</param>
    public static Rehearsal Start(HostedParts host, ProxyServing real, RehearsalPlan plan) => new(host, real, plan);

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var begin = _host.Clock.GetTimestamp();
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            ending.CancelAfter(_patience);
            var proxies = AreNeeded ? await PlayAsync(ending.Token) : 0;
            HostingLog.Rehearsed(_logger, proxies, _host.Clock.GetElapsedTime(begin).TotalMilliseconds);
        }
        catch (Exception fault)
        {
            // Whatever it is, the zone itself is not touched by it, and serves as it would have without.
            HostingLog.NotRehearsed(_logger, fault.Message);
        }
    }

    private async Task<int> PlayAsync(CancellationToken cancellationToken)
    {
        await using var store = new MemoryStore(_host.Clock);
        var settings = SettingsLike(_host.Settings);
        var host = new HostedParts(
            settings,
            store,
            _host.Catalog,
            new TokenKeys(store),
            InstanceIdentity.Create(store.StoreId),
            _host.Certificates,
            _host.Clock,
            NullLoggerFactory.Instance,
            Meters: "Rehearsal");
        var reader = new ResourceReader(host.Catalog, new LabelContext { Zone = settings.Multizone.Zone.Name });
        await using var zone = await ZoneRole.StartAsync(host, reader, cancellationToken);
        var proxies = new List<RehearsedProxy>(_plan.First + (2 * _plan.Next));
        try
        {
            await ComeAsync(zone, proxies, _plan.First, together: 1, cancellationToken);
            for (var i = 0; i < 2; i++)
            {
                await SettleAsync(cancellationToken);
                await ComeAsync(zone, proxies, _plan.Next, Together, cancellationToken);
            }

            return proxies.Count;
        }
        finally
        {
            foreach (var proxy in proxies)
            {
                await proxy.DisposeAsync();
            }
        }
    }

    /// <summary>Waits until the runtime counts calls of what was called so far, as long as nobody comes.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var quiet = 0;
        for (var left = _plan.MaxPauses; left > 0 && quiet < QuietPauses && AreNeeded; left--)
        {
            var before = JitInfo.GetCompiledMethodCount();
            await Task.Delay(_pause, _host.Clock, cancellationToken);
            quiet = JitInfo.GetCompiledMethodCount() == before ? quiet + 1 : 0;
        }
    }

    /// <summary>Some proxies come and stay.</summary>
    private async Task ComeAsync(ZoneRole zone, List<RehearsedProxy> proxies, int count, int together, CancellationToken cancellationToken)
    {
        var certificate = _host.Settings.DpServer.PlainText ? null : _host.Certificates.Get("dpServer", _host.Settings.DpServer.TlsCertFile, _host.Settings.DpServer.TlsKeyFile);
        var options = new ParallelOptions { MaxDegreeOfParallelism = together, CancellationToken = cancellationToken };
        await Parallel.ForAsync(proxies.Count, proxies.Count + count, options, async (i, cancellation) =>
        {
            if (!AreNeeded)
            {
                return;
            }

            var proxy = await RehearsedProxy.ConnectAsync(zone.ProxiesAddress!, certificate?.Leaf, $"{Mesh}.rehearsal-{i}", Dataplane(i), cancellationToken);
            lock (proxies)
            {
                proxies.Add(proxy);
            }

            await proxy.Configured.WaitAsync(cancellation);
        });
    }

    /// <summary>A proxy that serves one service and calls all of them. Its address is its own, and with it the certificate of its admin listener.</summary>
    private static string Dataplane(int i)
    {
        var outbounds = string.Join(", ", Enumerable.Range(0, Services).Select(service =>
            $"{{port: {10_000 + service}, backendRef: {{kind: MeshService, name: rehearsal-{service}, port: 8080}}}}"));
        return $"{{type: Dataplane, mesh: {Mesh}, name: rehearsal-{i}, labels: {{kuma.io/workload: rehearsal-{i % Services}}}, "
            + $"networking: {{address: 127.0.1.{i + 1}, inbound: [{{port: 8080, name: main, protocol: http}}], outbound: [{outbounds}]}}}}";
    }

    /// <summary>The settings of a zone that nobody else sees: it keeps nothing, and listens where only this machine comes to.</summary>
    private static ControlPlaneSettings SettingsLike(ControlPlaneSettings settings) => new()
    {
        General = settings.General,
        Store = new StoreSettings { Type = "memory" },
        XdsServer = settings.XdsServer with { DrainWindow = TimeSpan.Zero, MaxConnectionAge = TimeSpan.Zero, MaxStreams = MaxStreams },
        DpServer = settings.DpServer with
        {
            Interface = "127.0.0.1",
            Port = 0,
            Authn = settings.DpServer.Authn with { DpProxy = settings.DpServer.Authn.DpProxy with { Type = "none" } },
        },
    };
}
