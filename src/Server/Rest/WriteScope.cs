using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Settings;

namespace Mesh.Server.Rest;

/// <summary>
/// What callers may write where. Global takes what Global authors, a zone under a Global what zones author, and a zone on its own
/// takes everything (contract §1, "KDS flag vocabulary"). Pure.
/// </summary>
internal sealed class WriteScope(ControlPlaneSettings settings)
{
    private const string GlobalOrigin = "global";
    private const string ZoneOrigin = "zone";

    private const string InGlobal =
        "On global control plane you can not modify dataplane resources with 'kumactl apply' or via the HTTP API. "
        + "You can still use 'kumactl' or the HTTP API to modify them on the zone control plane.\n";

    private const string InZone =
        "On zone control plane you can only modify zone resources with 'kumactl apply' or via the HTTP API. "
        + "You can still use 'kumactl' or the HTTP API to modify the rest of the resource on the global control plane.\n";

    /// <summary>Callers cannot write any resource of this kind here.</summary>
    public bool IsReadOnly(ResourceDescriptor descriptor)
    {
        if (settings.ApiServer.ReadOnly || descriptor.IsReadOnly)
        {
            return true;
        }

        if (descriptor.Sync == SyncDirections.None)
        {
            return false;
        }

        return settings.IsGlobal
            ? !descriptor.Sync.HasFlag(SyncDirections.ProvidedByGlobal)
            : settings.IsFederatedZone && !descriptor.Sync.HasFlag(SyncDirections.ProvidedByZone) && !IsSecret(descriptor);
    }

    /// <summary>The kind must be one that is written here.</summary>
    /// <exception cref="RestException">It is not.</exception>
    public void Demand(ResourceDescriptor descriptor)
    {
        if (IsReadOnly(descriptor))
        {
            throw Refusal();
        }
    }

    /// <summary>What came from another control plane is changed there: here it would only come back as it was.</summary>
    /// <exception cref="RestException">The resource came from elsewhere.</exception>
    public void DemandOwn(Resource stored)
    {
        var origin = stored.Label(ResourceLabels.Origin);
        if ((settings.IsGlobal && origin == ZoneOrigin) || (settings.IsFederatedZone && origin == GlobalOrigin))
        {
            throw Refusal();
        }
    }

    /// <summary>The answer to a write that belongs elsewhere.</summary>
    public RestException Refusal() => RestException.ReadOnly(settings.IsGlobal ? InGlobal : InZone);

    /// <summary>A zone has secrets of its own: keys of its CAs, revoked tokens of its users.</summary>
    private static bool IsSecret(ResourceDescriptor descriptor) => descriptor.SpecType == typeof(SecretSpec);
}
