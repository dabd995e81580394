using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>How MeshHTTPRoutes are merged: by rule.</summary>
[Policy]
internal sealed class MeshHTTPRoutePolicy : Policy
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshHTTPRouteKind.Resource;

    /// <inheritdoc/>
    public override ConfMerging Merging => KeyedRulesMerging.Instance;
}
