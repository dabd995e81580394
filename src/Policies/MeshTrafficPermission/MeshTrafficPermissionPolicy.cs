using Mesh.Envoy.Names;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using HttpRbac = EnvoyApi.Extensions.Filters.Http.Rbac.V3.RBAC;
using NetworkRbac = EnvoyApi.Extensions.Filters.Network.Rbac.V3.RBAC;

namespace Mesh.Policies.MeshTrafficPermission;

/// <summary>
/// Puts a role-based access control filter in front of every chain in which the proxy ends TLS: what no rule allows is
/// denied. Chains in plain text know no caller and are left alone, and so are proxies without an identity.
/// </summary>
[Policy]
internal sealed class MeshTrafficPermissionPolicy : Policy
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshTrafficPermissionKind.Resource;

    /// <inheritdoc/>
    public override void Configure(InboundDraft draft, InboundRules rules)
    {
        if (draft.Proxy.Identity is not null)
        {
            Guard(draft.Listener.Chains, draft.Facts.Name, rules);
        }
    }

    /// <inheritdoc/>
    public override void Configure(ZoneListenerDraft draft, InboundRules rules)
    {
        if (draft.Proxy.Identity is not null)
        {
            Guard(draft.Chains.Select(chain => chain.Chain), draft.Facts.Name, rules);
        }
    }

    private static void Guard(IEnumerable<FilterChainDraft> chains, string listener, InboundRules rules)
    {
        PermissionMatchers? matchers = null;
        foreach (var chain in chains)
        {
            if (!chain.TerminatesTls)
            {
                continue;
            }

            matchers ??= PermissionMatchers.Build(rules);
            if (chain.Http is not null)
            {
                chain.InsertHttpFilterFirst(
                    EnvoyExtensions.HttpRbac, new HttpRbac { Matcher = matchers.Enforced, ShadowMatcher = matchers.Shadow });
            }
            else
            {
                chain.InsertNetworkFilterFirst(
                    EnvoyExtensions.NetworkRbac,
                    new NetworkRbac { StatPrefix = listener + ".", Matcher = matchers.Enforced, ShadowMatcher = matchers.Shadow });
            }
        }
    }
}
