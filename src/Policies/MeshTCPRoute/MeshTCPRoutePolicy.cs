using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.MeshTCPRoute;

/// <summary>How MeshTCPRoutes are merged: each has one rule.</summary>
[Policy]
internal sealed class MeshTCPRoutePolicy : Policy
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshTCPRouteKind.Resource;

    /// <inheritdoc/>
    public override ConfMerging Merging => FirstRuleMerging.Instance;
}
