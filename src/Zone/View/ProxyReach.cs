using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Zone.View;

/// <summary>What a change can touch of what was made for proxies. It may name one too many, never one too few.</summary>
internal static class ProxyReach
{
    /// <summary>Whether a change can touch what was made with this interest, policies, identities and the mesh itself apart.</summary>
    internal static bool Concerns(ViewChange change, ProxyInterest interest)
    {
        if (interest.IsEmpty)
        {
            return false;
        }

        if (interest.InDataplanes && change.Dataplanes.Count > 0)
        {
            return true;
        }

        if ((interest.InRemoteServices && change.Zones.Count > 0)
            || (interest.InExternalServices && change.IsOutsideChanged)
            || change.Secrets.Overlaps(interest.Secrets))
        {
            return true;
        }

        foreach (var key in change.Endpoints)
        {
            if (interest.Services.Contains(key))
            {
                return true;
            }
        }

        foreach (var key in change.Services)
        {
            if (ConcernsService(change, interest, key))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ConcernsService(ViewChange change, ProxyInterest interest, ResourceKey key)
    {
        if (interest.Services.Contains(key))
        {
            return true;
        }

        var before = change.Before.FindService(key.Kind, key.Name);
        var after = change.After.FindService(key.Kind, key.Name);
        if (interest.InAllServices && (before?.Vips.Count > 0 || after?.Vips.Count > 0))
        {
            return true;
        }

        if (IsPassedOn(before ?? after, interest) || IsPassedOn(after, interest))
        {
            return true;
        }

        foreach (var (kind, labels) in interest.Selectors)
        {
            if (kind == key.Kind && (before?.Labels.Satisfies(labels) == true || after?.Labels.Satisfies(labels) == true))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A zone proxy has all services of a sort as its destinations.</summary>
    private static bool IsPassedOn(ServiceView? service, ProxyInterest interest) => service?.Kind switch
    {
        TargetKinds.MeshService => service.IsRemote ? interest.InRemoteServices : interest.InLocalServices,
        TargetKinds.MeshMultiZoneService => interest.InLocalServices || interest.InRemoteServices,
        TargetKinds.MeshExternalService => interest.InExternalServices,
        _ => false,
    };
}
