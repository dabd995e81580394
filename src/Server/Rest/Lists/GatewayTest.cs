using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Server.Rest.Lists;

/// <summary>Whether a Dataplane stands beside a gateway.</summary>
internal static class GatewayTest
{
    /// <summary>The test, or null for kinds that have no gateways.</summary>
    public static Func<Resource, bool>? For(ResourceDescriptor descriptor) =>
        descriptor.Kind == DataplaneKind.Name ? r => r.SpecAs<DataplaneSpec>().Networking?.Gateway is not null : null;
}
