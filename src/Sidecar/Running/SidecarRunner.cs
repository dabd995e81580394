using System.Text.Json.Nodes;
using Mesh.Envoy.Names;
using Mesh.Sidecar.Bootstrapping;
using Mesh.Sidecar.Dataplanes;
using Mesh.Sidecar.Dns;
using Mesh.Sidecar.Envoys;
using Mesh.Sidecar.Probes;
using Mesh.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Running;

/// <summary>One sidecar from its start to its end: bootstrap, Envoy, DNS, readiness, draining (contract §5.1).</summary>
public sealed class SidecarRunner
{
    private const string BootstrapFile = "bootstrap.yaml";
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
        using var saved = SavedState.Open(_options, identity.Mesh, identity.Name, _log);
        using var workDir = WorkDir.Open(_options.WorkDir, saved.Folder?.RunPath);
        EndLeftovers(saved, workDir);
        using var ended = new CancellationTokenSource();
        using var dns = _options.DnsEnabled ? Listen(saved.Former?.DnsPort ?? 0, NewResponder(out var responder)) : Nothing(out responder);
        using var readiness = Listen(saved.Former?.ReadinessPort ?? 0);
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
            var request = BootstrapRequestBody.Build(_options, facts);
            var former = saved.For(request);
            var bootstrap = await FetchAsync(client, request, former, stop).ConfigureAwait(false);
            await using var kept = await KeptConfiguration.StartAsync(bootstrap, request, facts, (_options, saved), _clock, _log).ConfigureAwait(false);
            if (dns is not null)
            {
                services.Add(dns.RunAsync(ended.Token));
                services.Add(PollNamesAsync(SocketPaths.DynamicConfig(workDir.Path), responder!, ended.Token));
            }

            var supervisor = new EnvoySupervisor(_options, program, workDir.Write(BootstrapFile, kept.Bootstrap), kept.Bootstrap, _clock, _log)
            {
                OnReady = () => IsReady(facts, start),
                OnAdmin = admin => _admin = admin,
                OnLeaving = isReady => LeaveAsync(readiness, client, facts, isReady),
            };
            await supervisor.RunAsync(stop, stopNow).ConfigureAwait(false);
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

    private void IsReady(SidecarFacts facts, long start)
    {
        _log.Ready(facts.Mesh, facts.Name, _clock.GetElapsedTime(start));
        OnReady?.Invoke();
    }

    private async Task LeaveAsync(ReadinessReporter readiness, BootstrapClient controlPlane, SidecarFacts facts, bool isReady)
    {
        readiness.Drain();
        if (isReady && _options.DrainTime > TimeSpan.Zero)
        {
            await controlPlane.AnnounceLeavingAsync(facts).ConfigureAwait(false);
        }
    }

    /// <summary>The control plane's bootstrap, or the saved one where nobody answers.</summary>
    private async Task<string> FetchAsync(BootstrapClient client, JsonObject request, ProxyState? former, CancellationToken stop)
    {
        var (text, reason) = await client.FetchAsync(request, giveUpWhenAway: former is not null, stop).ConfigureAwait(false);
        if (text is not null)
        {
            return text;
        }

        _log.SavedBootstrapUsed(_options.ControlPlane, reason, former!.SavedAt);
        return former.Bootstrap;
    }

    /// <summary>Where no death signal could be set, a killed sidecar leaves its Envoy, which holds the ports.</summary>
    private void EndLeftovers(SavedState saved, WorkDir workDir)
    {
        if (saved.Folder is { } folder && (workDir.Path == folder.RunPath || workDir.Path == saved.Former?.WorkDir))
        {
            foreach (var id in EnvoyLauncher.EndLeftovers(Path.Combine(workDir.Path, BootstrapFile)))
            {
                _log.LeftoverEnded(id);
            }
        }
    }

    /// <summary>Any port: then the one that the saved configuration refers to, if it is free.</summary>
    private DnsServer Listen(ushort former, DnsResponder responder)
    {
        try
        {
            return DnsServer.Listen(_options.DnsPort == 0 ? former : _options.DnsPort, responder);
        }
        catch (SidecarException) when (_options.DnsPort == 0 && former != 0)
        {
            return DnsServer.Listen(0, responder);
        }
    }

    private ReadinessReporter Listen(ushort former)
    {
        Task<bool> IsReadyAsync(CancellationToken token) => _admin?.IsReadyAsync(token) ?? Task.FromResult(false);
        try
        {
            return ReadinessReporter.Listen(_options.ReadinessPort == 0 ? former : _options.ReadinessPort, IsReadyAsync);
        }
        catch (SidecarException) when (_options.ReadinessPort == 0 && former != 0)
        {
            return ReadinessReporter.Listen(0, IsReadyAsync);
        }
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
        responder = new DnsResponder(new DnsForwarder(_options.NameServers ?? NameServers.OfThisMachine(), _upstreamDnsTimeout, _clock, _log));

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
