using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Rest.Access;
using Mesh.Server.Settings;

namespace Mesh.Server.Rest;

/// <summary>What endpoints work with.</summary>
/// <param name="Store">Resources.</param>
/// <param name="Catalog">Kinds.</param>
/// <param name="Settings">Settings of this control plane.</param>
/// <param name="Access">What callers may do.</param>
/// <param name="Instance">Who this control plane is.</param>
/// <param name="Clock">Time.</param>
/// <param name="Scope">What may be written in this control plane.</param>
internal sealed record RestServices(
    IResourceStore Store,
    ResourceCatalog Catalog,
    ControlPlaneSettings Settings,
    AccessPolicy Access,
    InstanceIdentity Instance,
    TimeProvider Clock,
    WriteScope Scope)
{
    /// <summary>Callers cannot write it here.</summary>
    public bool IsReadOnly(ResourceDescriptor descriptor) => Scope.IsReadOnly(descriptor);
}
