using Mesh.Envoy.Names;
using Mesh.Sidecar.Bootstrapping;
using Mesh.Sidecar.Dataplanes;
using Mesh.Sidecar.Dns;
using Mesh.Sidecar.Envoys;
using Mesh.Sidecar.Probes;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Running;

/// <summary>One sidecar from its start to its end: bootstrap, Envoy, DNS, readiness, draining (contract §5.1).</summary>
public sealed class SidecarRunner
{
    private static readonly TimeSpan _upstreamDnsTimeout = TimeSpan.FromSeconds(2);
    private readonly SidecarOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private volatile EnvoyAdmin? _admin;

    /// <summary>A sidecar that is not yet started.</summary>
    public SidecarRunner(SidecarOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        _options = options;
        _clock = clock;
        _log = loggers.CreateLogger("Mesh.Sidecar");
    }

    /// <summary>Called once, when Envoy is ready to take traffic.</summary>
    public Action? OnReady { get; init; }

    /// <summary>Runs until it is stopped or Envoy ends.</summary>
    /// <param name="stop">Asks for a graceful end: drain, then stop.</param>
    /// <param name="stopNow">Ends the draining at once.</param>
    /// <exception cref="SidecarException">It cannot start, or Envoy ended by itself.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken stopNow)
    {
        var document = _options.Dataplane.Length > 0 ? DataplaneDocument.Parse(_options.Dataplane, _options.Variables) : null;
        var identity = Identity(document);
        var token = ReadToken();
        var program = EnvoyLocator.Find(_options.EnvoyPath, _options.SearchPath);
        var start = _clock.GetTimestamp();

        // Loading an Envoy only to ask for its version takes as long as opening everything else: both at once.
        var asked = ReadVersionAsync(program, stop);
        using var workDir = WorkDir.Open(_options.WorkDir);
        using var ended = new CancellationTokenSource();
        using var dns = _options.DnsEnabled ? DnsServer.Listen(_options.DnsPort, NewResponder(out var responder)) : Nothing(out responder);
        using var readiness = ReadinessReporter.Listen(_options.ReadinessPort, token => _admin?.IsReadyAsync(token) ?? Task.FromResult(false));
        using var client = new BootstrapClient(_options, _clock, _log);
        var services = new List<Task> { readiness.RunAsync(ended.Token) };
        try
        {
            var version = await asked.ConfigureAwait(false);
            _log.Starting(identity.Mesh, identity.Name, version.Version, program);
            var facts = new SidecarFacts
            {
                Mesh = identity.Mesh,
                Name = identity.Name,
                DataplaneText = document?.Text ?? "",
                Token = token,
                WorkDir = workDir.Path,
                EnvoyVersion = version,
                DnsPort = dns?.Port ?? 0,
                ReadinessPort = readiness.Port,
            };
            var bootstrap = await client.FetchAsync(BootstrapRequestBody.Build(_options, facts), stop).ConfigureAwait(false);
            if (dns is not null)
            {
                services.Add(dns.RunAsync(ended.Token));
                services.Add(PollNamesAsync(SocketPaths.DynamicConfig(workDir.Path), responder!, ended.Token));
            }

            await RunEnvoyAsync(program, workDir.Write("bootstrap.yaml", bootstrap), bootstrap, readiness, client, (facts, start), stop, stopNow)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before Envoy ran: there is nothing to drain.
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(services).ConfigureAwait(false);
        }
    }

    private async Task RunEnvoyAsync(
        string program,
        string file,
        string bootstrap,
        ReadinessReporter readiness,
        BootstrapClient controlPlane,
        (SidecarFacts Facts, long Start) started,
        CancellationToken stop,
        CancellationToken stopNow)
    {
        var endpoint = AdminEndpoint.FromBootstrap(bootstrap);
        using var admin = endpoint is null ? null : new EnvoyAdmin(endpoint);
        using var envoy = EnvoyProcess.Start(program, file, _options);
        _admin = admin;
        try
        {
            _log.EnvoyStarted(envoy.Id, file);
            var exit = envoy.WaitForExitAsync(CancellationToken.None);
            var isReady = await WaitForReadyAsync(admin, exit, stop).ConfigureAwait(false);
            if (isReady)
            {
                _log.Ready(started.Facts.Mesh, started.Facts.Name, _clock.GetElapsedTime(started.Start));
                OnReady?.Invoke();
            }

            await Task.WhenAny(exit, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
            if (exit.IsCompleted)
            {
                throw new SidecarException(SidecarException.Failed, $"Envoy ended with exit code {envoy.ExitCode}");
            }

            readiness.Drain();
            if (isReady && _options.DrainTime > TimeSpan.Zero)
            {
                await controlPlane.AnnounceLeavingAsync(started.Facts).ConfigureAwait(false);
            }

            await new EnvoyDrain(envoy, admin, _clock, _log).RunAsync(isReady ? _options.DrainTime : TimeSpan.Zero, exit, stopNow).ConfigureAwait(false);
        }
        finally
        {
            _admin = null;
            envoy.Kill();
        }
    }

    /// <summary>Asked often at first, when an answer is near, and less often when it is not.</summary>
    private async Task<bool> WaitForReadyAsync(EnvoyAdmin? admin, Task exit, CancellationToken stop)
    {
        var pause = TimeSpan.FromMilliseconds(10);
        while (admin is not null && !exit.IsCompleted && !stop.IsCancellationRequested)
        {
            if (await admin.IsReadyAsync(CancellationToken.None).ConfigureAwait(false))
            {
                return true;
            }

            await Task.WhenAny(exit, Task.Delay(pause, _clock, stop)).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(500, pause.TotalMilliseconds * 1.1));
        }

        return false;
    }

    private async Task<EnvoyVersion> ReadVersionAsync(string program, CancellationToken cancellationToken)
    {
        var version = await EnvoyVersion.ReadAsync(program, cancellationToken).ConfigureAwait(false);
        if (!version.IsCompatible)
        {
            _log.EnvoyOld(version.Version, EnvoyVersion.Oldest);
        }

        return version;
    }

    private async Task PollNamesAsync(string socketPath, DnsResponder responder, CancellationToken cancellationToken)
    {
        using var poller = new DynamicConfigPoller(socketPath, responder, _options.DynamicConfigInterval, _clock, _log);
        await poller.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private DnsResponder NewResponder(out DnsResponder? responder) =>
        responder = new DnsResponder(new DnsForwarder(NameServers.OfThisMachine(), _upstreamDnsTimeout, _clock, _log));

    private static DnsServer? Nothing(out DnsResponder? responder)
    {
        responder = null;
        return null;
    }

    private (string Mesh, string Name) Identity(DataplaneDocument? document)
    {
        if (document is null)
        {
            return _options.Name.Length == 0
                ? throw new SidecarException(SidecarException.BadInput, "which proxy is this? Pass --dataplane-file, or --name (and --mesh)")
                : (_options.Mesh.Length > 0 ? _options.Mesh : "default", _options.Name);
        }

        if (_options.Name.Length > 0 && _options.Name != document.Name)
        {
            throw new SidecarException(SidecarException.BadInput, $"--name is \"{_options.Name}\", but the Dataplane resource names \"{document.Name}\"");
        }

        return _options.Mesh.Length > 0 && _options.Mesh != document.Mesh
            ? throw new SidecarException(SidecarException.BadInput, $"--mesh is \"{_options.Mesh}\", but the Dataplane resource names \"{document.Mesh}\"")
            : (document.Mesh, document.Name);
    }

    private string ReadToken()
    {
        if (_options.Token.Length > 0 || _options.TokenFile.Length == 0)
        {
            return _options.Token.Trim();
        }

        try
        {
            var token = File.ReadAllText(_options.TokenFile).Trim();
            return token.Length > 0
                ? token
                : throw new SidecarException(SidecarException.BadInput, $"the token file {_options.TokenFile} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SidecarException(SidecarException.BadInput, $"the token file cannot be read: {e.Message}", e);
        }
    }
}
