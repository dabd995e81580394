using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Rest.Access;
using Mesh.Server.Settings;
using Mesh.Zone;

namespace Mesh.Server.Rest;

/// <summary>What endpoints work with.</summary>
/// <param name="Store">Resources.</param>
/// <param name="Catalog">Kinds.</param>
/// <param name="Settings">Settings of this control plane.</param>
/// <param name="Access">What callers may do.</param>
/// <param name="Instance">Who this control plane is.</param>
/// <param name="Clock">Time.</param>
/// <param name="Pipeline">What proxies are configured with.</param>
internal sealed record RestServices(
    IResourceStore Store,
    ResourceCatalog Catalog,
    ControlPlaneSettings Settings,
    AccessPolicy Access,
    InstanceIdentity Instance,
    TimeProvider Clock,
    ZonePipeline Pipeline)
{
    /// <summary>Callers cannot write it here.</summary>
    public bool IsReadOnly(ResourceDescriptor descriptor) => Settings.ApiServer.ReadOnly || descriptor.IsReadOnly;
}
