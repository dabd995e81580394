using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Control.Services;

/// <summary>Keeps the statuses of MeshExternalServices: address and names.</summary>
internal sealed class ExternalServiceController(IResourceStore store, ServiceNaming naming)
    : NamedServiceController("mesh-external-service", MeshExternalServiceKind.Name, store, naming)
{
    /// <inheritdoc/>
    protected override (object Spec, object Status) Compute(Resource service, MeshFacts mesh)
    {
        var (addresses, generators) = Naming.NamesOf(service.Key);
        var before = service.StatusAs<MeshExternalServiceStatus>() ?? new MeshExternalServiceStatus();
        return (service.Spec, before with { Vip = Naming.VipOf(service.Key) ?? new Vip(), Addresses = addresses, HostnameGenerators = generators });
    }
}
