using Mesh.Model.Naming;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Drafts;

/// <summary>
/// What one policy kind says about one outbound and each of its routes, resolved in the plan. Value equality.
/// </summary>
/// <param name="Destination">For the destination: section, else service, else mesh; null when nothing is said.</param>
/// <param name="Routes">For routes about which something is said apart from the destination, by route with its rule as section.</param>
public sealed record OutboundConfs(MergedConf? Destination, FactList<KeyValuePair<Kri, MergedConf>> Routes)
{
    /// <summary>Nothing is said.</summary>
    public static OutboundConfs None { get; } = new(null, []);

    /// <summary>
    /// Looks up one outbound: routes by rule, then route; the destination by its section, then as a whole, then the mesh
    /// (contract §2.4).
    /// </summary>
    /// <param name="rules">Rules of the policy kind for the proxy.</param>
    /// <param name="destination">The destination with its port as section.</param>
    /// <param name="mesh">KRI of the mesh.</param>
    /// <param name="routes">Route resources with their rule as section; those of the destination itself are left out.</param>
    public static OutboundConfs Resolve(ToRules rules, Kri destination, Kri mesh, IEnumerable<Kri> routes)
    {
        if (rules.All.Count == 0)
        {
            return None;
        }

        List<KeyValuePair<Kri, MergedConf>>? found = null;
        foreach (var route in routes)
        {
            if (rules.Find(route, route.WithSection("")) is { } conf)
            {
                (found ??= []).Add(new(route, conf));
            }
        }

        return new OutboundConfs(
            rules.Find(destination, destination.WithSection(""), mesh), found is null ? [] : FactList.From(found));
    }

    /// <summary>The same without some fields (<see cref="Policy.Unread"/>).</summary>
    internal OutboundConfs Without(IReadOnlyList<string> paths) => paths.Count == 0 || (Destination is null && Routes.Count == 0)
        ? this
        : new OutboundConfs(
            Destination?.Without(paths),
            Routes.Count == 0 ? Routes : FactList.From(Routes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Without(paths)))));

    /// <summary>For one route: what is said about it, else about the destination.</summary>
    public MergedConf? Route(RouteDraft route)
    {
        if (route.RouteKri is { } kri)
        {
            foreach (var (known, conf) in Routes)
            {
                if (known == kri)
                {
                    return conf;
                }
            }
        }

        return Destination;
    }
}
