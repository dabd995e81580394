using System.Net.Security;
using System.Text.Json.Nodes;
using Mesh.Protocol.Relay;
using Mesh.Sidecar.Bootstrapping;
using Mesh.Sidecar.Relay;
using Mesh.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Running;

/// <summary>The relay between Envoy and the control plane, with what it keeps; or nothing where that is switched off or not possible.</summary>
internal sealed class KeptConfiguration : IAsyncDisposable
{
    private readonly AdsRelay? _relay;
    private readonly StateKeeper? _keeper;

    private KeptConfiguration(string bootstrap, AdsRelay? relay = null, StateKeeper? keeper = null)
    {
        Bootstrap = bootstrap;
        _relay = relay;
        _keeper = keeper;
    }

    /// <summary>The bootstrap for Envoy.</summary>
    public string Bootstrap { get; }

    /// <summary>Starts the relay that a bootstrap can go through.</summary>
    /// <exception cref="SidecarException">Its socket cannot be opened.</exception>
    public static async Task<KeptConfiguration> StartAsync(
        string bootstrap, JsonObject request, SidecarFacts facts, (SidecarOptions Options, SavedState State) kept, TimeProvider clock, ILogger log)
    {
        var (options, saved) = kept;
        if (options.KeepConfiguration == KeepConfiguration.Off)
        {
            return new KeptConfiguration(bootstrap);
        }

        var socket = Path.Combine(facts.WorkDir, "mesh-ads.sock");
        RelayedBootstrap relayed;
        try
        {
            relayed = RelayedBootstrap.Make(bootstrap, socket);
        }
        catch (NotSupportedException e)
        {
            log.NotRelayed(e.Message);
            return new KeptConfiguration(bootstrap);
        }

        var state = new ProxyState
        {
            Identity = saved.Identity,
            Request = SavedState.Fingerprint(request),
            WorkDir = facts.WorkDir,
            DnsPort = facts.DnsPort,
            ReadinessPort = facts.ReadinessPort,
            Bootstrap = relayed.Original,
            Configuration = FormerConfiguration(saved.Former, relayed.Target, socket, log),
        };
        var keeper = new StateKeeper(state, saved.Folder?.State, clock, log);
        var token = new StreamToken(options, facts.Token, relayed.Headers, log);
        var channel = new UpstreamChannel(relayed.Target, VerifierOf(relayed.Target, options, log), token.Headers);
        var relay = await AdsRelay.StartAsync(socket, channel, keeper, clock, log).ConfigureAwait(false);
        return new KeptConfiguration(relayed.Text, relay, keeper);
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync().ConfigureAwait(false);
        }

        if (_keeper is not null)
        {
            await _keeper.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static RemoteCertificateValidationCallback? VerifierOf(ControlPlaneTarget target, SidecarOptions options, ILogger log)
    {
        if (target.CaPem.Length == 0)
        {
            return null;
        }

        var isTold = 0;
        return ControlPlaneTrust.Of(target.CaPem, options, () =>
        {
            if (Interlocked.Exchange(ref isTold, 1) != 0)
            {
                return;
            }

            if (options.SkipVerify)
            {
                log.AnotherCaUnverified();
            }
            else
            {
                log.AnotherCa();
            }
        });
    }

    /// <summary>What was accepted from a control plane at another place, or with another CA, is of another control plane.</summary>
    private static HeldConfiguration FormerConfiguration(ProxyState? former, ControlPlaneTarget target, string socket, ILogger log)
    {
        if (former is null || former.Configuration.Count == 0)
        {
            return HeldConfiguration.Empty;
        }

        try
        {
            if (RelayedBootstrap.Make(former.Bootstrap, socket).Target == target)
            {
                return former.Configuration;
            }

            log.StateUnused(former.SavedAt, "the control plane's address or CA is another than then");
        }
        catch (NotSupportedException e)
        {
            log.StateUnused(former.SavedAt, e.Message);
        }

        return HeldConfiguration.Empty;
    }
}
