using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Routing;

/// <summary>Where the calls to one destination go. Decided in the plan, part of cache keys: value equality.</summary>
public sealed record OutboundRouting
{
    /// <summary>Kind of the policy that decided.</summary>
    public required string Router { get; init; }

    /// <summary>The merged configuration behind it; null when no policy speaks.</summary>
    public MergedConf? Conf { get; init; }

    /// <summary>True: requests are routed, by <see cref="Routes"/>; false: connections, to <see cref="Backends"/>.</summary>
    public required bool IsHttp { get; init; }

    /// <summary>The routes in order of precedence.</summary>
    public FactList<RoutePlan> Routes { get; init; } = [];

    /// <summary>Where connections go.</summary>
    public FactList<RouteBackend> Backends { get; init; } = [];

    /// <summary>Parts that were left out because an Envoy would refuse them, as sentences.</summary>
    public FactList<string> Faults { get; init; } = [];

    /// <summary>Every destination that needs a cluster, each once, in order of appearance.</summary>
    public IEnumerable<Kri> Destinations() =>
        Backends.Select(backend => backend.Kri)
        .Concat(Routes.SelectMany(route => route.Backends.Select(backend => backend.Kri).Concat(route.Mirrors.OfType<Kri>())))
        .Distinct();
}
