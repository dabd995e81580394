using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;

namespace Mesh.Policies.MeshTCPRoute;

/// <summary>Routes connections; also to destinations without HTTP about which no policy speaks (contract §2.6).</summary>
[Policy]
internal sealed class MeshTCPRoutePolicy : Policy, IOutboundRouter
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshTCPRouteKind.Resource;

    /// <inheritdoc/>
    public override ConfMerging Merging => FirstRuleMerging.Instance;

    /// <inheritdoc/>
    public OutboundRouting? Plan(OutboundDestination destination, ResourceRule? rule, IBackendResolver backends)
    {
        if (rule is null)
        {
            return Route(null, [new RouteBackend(destination.Kri, 1, destination.IsExternal)]);
        }

        // References that mean nothing are left out; without any left, connections end.
        var author = rule.Conf.Origins.Count > 0 ? rule.Conf.Origins[^1].Resource : rule.Resource;
        var found = new List<RouteBackend>();
        foreach (var reference in rule.Conf.As<TcpRouteConf>().BackendRefs ?? [])
        {
            if (backends.Resolve(reference, author) is { } backend)
            {
                found.Add(new RouteBackend(backend.Kri, reference.Weight ?? 1, backend.IsExternal));
            }
        }

        return Route(rule.Conf, FactList.From(found));
    }

    /// <inheritdoc/>
    public IReadOnlyList<RouteDraft> Build(OutboundRouting routing) => [];

    private static OutboundRouting Route(MergedConf? conf, FactList<RouteBackend> backends) => new()
    {
        Router = MeshTCPRouteKind.Name,
        Conf = conf,
        IsHttp = false,
        Backends = backends,
    };
}
