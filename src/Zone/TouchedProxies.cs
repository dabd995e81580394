using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Zone.View;

namespace Mesh.Zone;

/// <summary>
/// The proxies that a change of their mesh can touch. It may name one too many, never one too few. Used by one thread.
/// </summary>
/// <param name="proxies">The connected proxies of the mesh, by name.</param>
internal sealed class TouchedProxies(IReadOnlyDictionary<string, ConnectedProxy> proxies)
{
    // What many have in common is asked once.
    private readonly Dictionary<ProxyInterest, bool> _shared = new(ReferenceEqualityComparer.Instance);
    private readonly List<ConnectedProxy> _all = [];

    /// <summary>The touched proxies, each once, until <see cref="ConnectedProxy.Touch"/> is set back.</summary>
    internal IReadOnlyList<ConnectedProxy> All => _all;

    /// <summary>Adds a proxy.</summary>
    internal void Add(ConnectedProxy proxy, ProxyTouch touch)
    {
        if (proxy.Touch == ProxyTouch.None)
        {
            _all.Add(proxy);
        }

        if (proxy.Touch < touch)
        {
            proxy.Touch = touch;
        }
    }

    /// <summary>Adds a proxy by its name, if it is connected.</summary>
    internal void Add(string name, ProxyTouch touch)
    {
        if (proxies.TryGetValue(name, out var proxy))
        {
            Add(proxy, touch);
        }
    }

    /// <summary>Adds every proxy.</summary>
    internal void AddAll(ProxyTouch touch)
    {
        _all.EnsureCapacity(proxies.Count);
        foreach (var (_, proxy) in proxies)
        {
            Add(proxy, touch);
        }
    }

    /// <summary>Adds those that a change can touch.</summary>
    internal void Add(ViewChange change)
    {
        if (change.IsMeshChanged || change.IsTrustChanged)
        {
            AddAll(ProxyTouch.Whole);
            return;
        }

        foreach (var name in change.Dataplanes)
        {
            Add(name, ProxyTouch.Whole);
        }

        AddSelectedByIdentities(change);
        AddSelectedByPolicies(change);
        if (change.Services.Count == 0 && change.Endpoints.Count == 0 && change.Dataplanes.Count == 0
            && change.Zones.Count == 0 && change.Secrets.Count == 0 && !change.IsOutsideChanged)
        {
            return;
        }

        // A service that changes may have another name or address, and these are not the outbounds' alone.
        var ofShared = change.Services.Count == 0 ? ProxyTouch.Outbounds : ProxyTouch.Whole;
        foreach (var (_, proxy) in proxies)
        {
            if (proxy.Touch == ProxyTouch.Whole)
            {
                continue;
            }

            if (proxy.OwnInterest is { } own && ProxyReach.Concerns(change, own))
            {
                Add(proxy, ProxyTouch.Whole);
            }
            else if (ConcernsShared(change, proxy.SharedInterest))
            {
                Add(proxy, ofShared);
            }
        }
    }

    private bool ConcernsShared(ViewChange change, ProxyInterest? interest)
    {
        if (interest is null)
        {
            return false;
        }

        if (!_shared.TryGetValue(interest, out var concerns))
        {
            _shared.Add(interest, concerns = ProxyReach.Concerns(change, interest));
        }

        return concerns;
    }

    private void AddSelectedByPolicies(ViewChange change)
    {
        foreach (var key in change.Policies)
        {
            AddSelected(change.Before.Find(key.Kind, key.Name), change.After);
            AddSelected(change.After.Find(key.Kind, key.Name), change.After);
        }
    }

    /// <summary>
    /// By its labels alone: what else narrows a policy down is seen when what the policies say about a proxy is compared with
    /// what they said.
    /// </summary>
    private void AddSelected(Resource? policy, MeshView view)
    {
        if (policy is null)
        {
            return;
        }

        var labels = (policy.Spec as IPolicySpec)?.TargetRef is { Kind: TargetKinds.Dataplane, Labels: { Count: > 0 } all } ? all : null;
        if (labels is null)
        {
            AddAll(ProxyTouch.Outbounds);
        }
        else if (!labels.ContainsKey(ResourceLabels.DisplayName))
        {
            foreach (var name in view.SelectDataplanes(labels))
            {
                Add(name, ProxyTouch.Outbounds);
            }
        }
        else
        {
            foreach (var (_, proxy) in proxies)
            {
                if (proxy.Subject is { } subject && LabelMatch.Matches(subject.Dataplane, labels))
                {
                    Add(proxy, ProxyTouch.Outbounds);
                }
            }
        }
    }

    private void AddSelectedByIdentities(ViewChange change)
    {
        foreach (var key in change.Identities)
        {
            AddSelectedByIdentity(change.Before.Find(key.Kind, key.Name), change.After);
            AddSelectedByIdentity(change.After.Find(key.Kind, key.Name), change.After);
        }
    }

    private void AddSelectedByIdentity(Resource? identity, MeshView view)
    {
        if (identity?.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is { } selector)
        {
            foreach (var name in view.SelectDataplanes(selector.MatchLabels ?? LabelSet.Empty))
            {
                Add(name, ProxyTouch.Whole);
            }
        }
    }
}
