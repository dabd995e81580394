using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Extensions.Filters.Listener.TlsInspector.V3;
using Mesh.Envoy.Names;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Policies.MeshTLS;

/// <summary>
/// Makes inbounds of proxies with an identity speak mesh TLS, strictly or beside what they spoke before, and closes the
/// inbound passthrough of strict proxies to ports that nobody declared (contract §2.6). Versions and ciphers hold for calls
/// to the mesh too.
/// </summary>
[Policy]
internal sealed class MeshTLSPolicy : Policy
{
    private const string RawBuffer = "raw_buffer";
    private const string Tls = "tls";
    private const string MeshAlpn = "kuma";

    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshTLSKind.Resource;

    /// <inheritdoc/>
    public override bool RulesConcernOutbounds => true;

    /// <inheritdoc/>
    public override void Configure(InboundDraft draft, InboundRules rules)
    {
        if (draft.Proxy.Identity is not { } identity)
        {
            return;
        }

        var conf = rules.CatchAll?.As<MeshTLSConf>();
        var chains = draft.Listener.Chains;
        var plain = chains.ToArray();
        chains.Clear();
        foreach (var chain in plain)
        {
            if (IsPermissive(rules))
            {
                draft.Listener.EnsureListenerFilter(EnvoyExtensions.TlsInspector, new TlsInspector());
                chains.Add(WithMatch(chain.Clone(), RawBuffer));
                chains.Add(WithMatch(chain.Clone(), Tls));
                WithMatch(chain, Tls).Message.FilterChainMatch.ApplicationProtocols.Add(MeshAlpn);
            }

            chain.Message.TransportSocket = MeshTLSContexts.Downstream(identity, conf);
            chains.Add(chain);
        }
    }

    /// <inheritdoc/>
    public override void Configure(ClusterDraft draft, MergedConf? conf)
    {
        if (draft.Facts is { Role: ClusterRole.Outbound, IsExternal: false } && draft.Tls is not null
            && MeshTLSContexts.Parameters(conf?.As<MeshTLSConf>()) is { } parameters)
        {
            draft.Tls.CommonTlsContext.TlsParams = parameters;
        }
    }

    /// <inheritdoc/>
    public override void Configure(TransparentProxyDraft draft, ProxyConfs confs)
    {
        if (draft.Proxy.Identity is null || !draft.Proxy.Has(ProxyFeatures.StrictInboundPorts) || confs.Inbounds.Any(IsPermissive))
        {
            return;
        }

        foreach (var listener in draft.InboundListeners)
        {
            var open = listener.Chains.ToArray();
            listener.Chains.Clear();
            foreach (var port in draft.Inbounds.Select(inbound => inbound.Port).Distinct())
            {
                foreach (var chain in open)
                {
                    var narrowed = chain.Clone();
                    (narrowed.Message.FilterChainMatch ??= new FilterChainMatch()).DestinationPort = port;
                    listener.Chains.Add(narrowed);
                }
            }
        }
    }

    private static bool IsPermissive(InboundRules rules) => rules.CatchAll?.As<MeshTLSConf>().Mode == MeshTLSConf.Permissive;

    private static FilterChainDraft WithMatch(FilterChainDraft chain, string transportProtocol)
    {
        (chain.Message.FilterChainMatch ??= new FilterChainMatch()).TransportProtocol = transportProtocol;
        return chain;
    }
}
