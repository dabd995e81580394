using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Mesh.Sidecar.Relay;

/// <summary>
/// Stands between Envoy and its control plane on a Unix socket (decision 0006). Discovery streams are relayed and noted, other
/// calls are passed through.
/// </summary>
internal sealed class AdsRelay : IHttpApplication<HttpContext>, IAsyncDisposable
{
    /// <summary>The only method whose configuration is noted.</summary>
    public const string DeltaMethod = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    /// <summary>After so long without a word, names that are still waited for are taken for names that nobody has.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private const int WindowBytes = 1024 * 1024;
    private static readonly TimeSpan _firstProbe = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _lastProbe = TimeSpan.FromSeconds(10);
    private readonly KestrelServer _server;
    private readonly string _socketPath;
    private readonly CancellationTokenSource _stopping = new();
    private int _isLost;
    private volatile bool _envoyIsWhole;

    private AdsRelay(string socketPath, UpstreamChannel channel, IHeldConfiguration held, TimeProvider clock, ILogger log)
    {
        _socketPath = socketPath;
        Channel = channel;
        Held = held;
        Clock = clock;
        Log = log;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.Http2.InitialStreamWindowSize = WindowBytes;
        options.Limits.Http2.InitialConnectionWindowSize = 2 * WindowBytes;
        options.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http2);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    public UpstreamChannel Channel { get; }

    public IHeldConfiguration Held { get; }

    public TimeProvider Clock { get; }

    public ILogger Log { get; }

    /// <summary>How long an Envoy that has just started waits for the control plane before it gets what is held.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the Envoy that runs has got everything from the control plane once.</summary>
    public bool EnvoyIsWhole
    {
        get => _envoyIsWhole;
        set => _envoyIsWhole = value;
    }

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Listens.</summary>
    /// <param name="socketPath">Unix socket; whoever may open it gets this proxy's configuration, keys included: the owner alone.</param>
    /// <param name="channel">The control plane; owned from now on.</param>
    /// <param name="held">What Envoy has accepted.</param>
    /// <exception cref="SidecarException">The socket cannot be opened.</exception>
    public static async Task<AdsRelay> StartAsync(string socketPath, UpstreamChannel channel, IHeldConfiguration held, TimeProvider clock, ILogger log, TimeSpan? patience = null)
    {
        var relay = new AdsRelay(socketPath, channel, held, clock, log) { Patience = patience ?? TimeSpan.FromSeconds(3) };
        try
        {
            File.Delete(socketPath);
            await relay._server.StartAsync(relay, CancellationToken.None).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return relay;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await relay.DisposeAsync().ConfigureAwait(false);
            throw new SidecarException(SidecarException.Failed, $"the discovery socket {socketPath} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Envoy has accepted something: this is all that it holds now.</summary>
    public void Accepted(HeldConfiguration configuration)
    {
        _envoyIsWhole = true;
        Held.Accepted(configuration);
    }

    /// <summary>Waits until the control plane answers.</summary>
    public async Task WaitForControlPlaneAsync(CancellationToken cancellationToken)
    {
        for (var pause = _firstProbe; ; pause = pause * 2 < _lastProbe ? pause * 2 : _lastProbe)
        {
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), Clock, cancellationToken).ConfigureAwait(false);
            if (await Channel.AnswersAsync(DeltaMethod, cancellationToken).ConfigureAwait(false))
            {
                ControlPlaneSpoke();
                return;
            }
        }
    }

    /// <summary>The control plane was heard.</summary>
    public void ControlPlaneSpoke()
    {
        if (Volatile.Read(ref _isLost) != 0 && Interlocked.Exchange(ref _isLost, 0) != 0)
        {
            Log.ControlPlaneBack();
        }
    }

    /// <summary>The control plane was looked for in vain.</summary>
    public void ControlPlaneLost(string reason, bool isOurEnd)
    {
        if (!isOurEnd && Interlocked.Exchange(ref _isLost, 1) == 0)
        {
            Log.ControlPlaneLost(reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync().ConfigureAwait(false);
        await _server.StopAsync(atOnce.Token).ConfigureAwait(false);
        _server.Dispose();
        Channel.Dispose();
        File.Delete(_socketPath);
    }

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    async Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        RelayStatus status;
        if (context.Request.Path == DeltaMethod)
        {
            using var stream = new RelayStream(this, context);
            status = await stream.RunAsync().ConfigureAwait(false);
        }
        else
        {
            status = await PassThrough.RunAsync(this, context).ConfigureAwait(false);
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.AppendTrailer("grpc-status", status.Code.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (status.Message.Length > 0)
            {
                context.Response.AppendTrailer("grpc-message", GrpcMessage.Encode(status.Message));
            }
        }
    }

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing is kept per call.
    }
}
