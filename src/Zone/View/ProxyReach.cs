using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;

namespace Mesh.Zone.View;

/// <summary>Which proxies a change can touch. It may name one too many, never one too few.</summary>
internal static class ProxyReach
{
    /// <summary>Adds the touched proxies of a mesh.</summary>
    /// <param name="change">What changed.</param>
    /// <param name="proxies">What the last plan of each connected proxy was made of, by name.</param>
    /// <param name="touched">Receives names of proxies.</param>
    /// <param name="touchedInShared">Receives names of others: those touched only in what they share with proxies that have the same outbounds.</param>
    internal static void AddTouched(
        ViewChange change, IReadOnlyDictionary<string, ProxyInterest> proxies, HashSet<string> touched, HashSet<string> touchedInShared)
    {
        if (change.IsMeshChanged || change.IsTrustChanged)
        {
            touched.UnionWith(proxies.Keys);
            return;
        }

        touched.UnionWith(change.Dataplanes.Where(proxies.ContainsKey));
        AddSelectedByPolicies(change, proxies, touched);
        AddSelectedByIdentities(change, proxies, touched);
        if (change.Services.Count == 0 && change.Endpoints.Count == 0 && change.Dataplanes.Count == 0
            && change.Zones.Count == 0 && change.Secrets.Count == 0 && !change.IsOutsideChanged)
        {
            return;
        }

        // What many have in common is asked once.
        var shared = new Dictionary<ProxyInterest, bool>(ReferenceEqualityComparer.Instance);
        foreach (var (name, interest) in proxies)
        {
            if (touched.Contains(name))
            {
                continue;
            }

            if (Concerns(change, interest))
            {
                touched.Add(name);
            }
            else if (ConcernsShared(change, interest.Shared, shared))
            {
                touchedInShared.Add(name);
            }
        }
    }

    private static bool ConcernsShared(ViewChange change, ProxyInterest? interest, Dictionary<ProxyInterest, bool> known)
    {
        if (interest is null)
        {
            return false;
        }

        if (!known.TryGetValue(interest, out var concerns))
        {
            known.Add(interest, concerns = Concerns(change, interest));
        }

        return concerns;
    }

    /// <summary>Whether a change can touch what was made with this interest, policies, identities and the mesh itself apart.</summary>
    internal static bool Concerns(ViewChange change, ProxyInterest interest)
    {
        if (interest.InDataplanes && change.Dataplanes.Count > 0)
        {
            return true;
        }

        if ((interest.InRemoteServices && change.Zones.Count > 0)
            || (interest.InExternalServices && change.IsOutsideChanged)
            || change.Secrets.Overlaps(interest.Secrets))
        {
            return true;
        }

        foreach (var key in change.Endpoints)
        {
            if (interest.Services.Contains(key))
            {
                return true;
            }
        }

        foreach (var key in change.Services)
        {
            if (ConcernsService(change, interest, key))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ConcernsService(ViewChange change, ProxyInterest interest, ResourceKey key)
    {
        if (interest.Services.Contains(key))
        {
            return true;
        }

        var before = change.Before.FindService(key.Kind, key.Name);
        var after = change.After.FindService(key.Kind, key.Name);
        if (interest.InAllServices && (before?.Vips.Count > 0 || after?.Vips.Count > 0))
        {
            return true;
        }

        if (IsPassedOn(before ?? after, interest) || IsPassedOn(after, interest))
        {
            return true;
        }

        foreach (var (kind, labels) in interest.Selectors)
        {
            if (kind == key.Kind && (before?.Labels.Satisfies(labels) == true || after?.Labels.Satisfies(labels) == true))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A zone proxy has all services of a sort as its destinations.</summary>
    private static bool IsPassedOn(ServiceView? service, ProxyInterest interest) => service?.Kind switch
    {
        TargetKinds.MeshService => service.IsRemote ? interest.InRemoteServices : interest.InLocalServices,
        TargetKinds.MeshMultiZoneService => interest.InLocalServices || interest.InRemoteServices,
        TargetKinds.MeshExternalService => interest.InExternalServices,
        _ => false,
    };

    private static void AddSelectedByPolicies(ViewChange change, IReadOnlyDictionary<string, ProxyInterest> proxies, HashSet<string> touched)
    {
        foreach (var key in change.Policies)
        {
            foreach (var policy in new[] { change.Before.Find(key.Kind, key.Name), change.After.Find(key.Kind, key.Name) })
            {
                AddSelected(policy, change.After, proxies, touched);
            }
        }
    }

    private static void AddSelected(
        Resource? policy, MeshView view, IReadOnlyDictionary<string, ProxyInterest> proxies, HashSet<string> touched)
    {
        if (policy is null)
        {
            return;
        }

        var target = (policy.Spec as IPolicySpec)?.TargetRef;
        IEnumerable<string> candidates = proxies.Keys;
        if (target is { Kind: TargetKinds.Dataplane, Labels: { Count: > 0 } labels } && !labels.ContainsKey(ResourceLabels.DisplayName))
        {
            candidates = view.SelectDataplanes(labels).Where(proxies.ContainsKey);
        }

        foreach (var name in candidates)
        {
            if (!touched.Contains(name) && view.Find(TargetKinds.Dataplane, name) is { } dataplane && MeshPolicies.Selects(policy, dataplane))
            {
                touched.Add(name);
            }
        }
    }

    private static void AddSelectedByIdentities(ViewChange change, IReadOnlyDictionary<string, ProxyInterest> proxies, HashSet<string> touched)
    {
        foreach (var key in change.Identities)
        {
            foreach (var identity in new[] { change.Before.Find(key.Kind, key.Name), change.After.Find(key.Kind, key.Name) })
            {
                if (identity?.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is { } selector)
                {
                    touched.UnionWith(change.After.SelectDataplanes(selector.MatchLabels ?? LabelSet.Empty).Where(proxies.ContainsKey));
                }
            }
        }
    }
}
