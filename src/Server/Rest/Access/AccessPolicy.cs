using Mesh.Model.Resources;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Settings;

namespace Mesh.Server.Rest.Access;

/// <summary>What callers may do, by the static lists of the settings (contract §6.4).</summary>
internal sealed class AccessPolicy(AccessSettings.StaticSettings grants)
{
    /// <summary>Reading and writing resources: everyone, but secrets only for those listed.</summary>
    public void DemandResource(Caller caller, ResourceDescriptor descriptor)
    {
        if (descriptor.IsAdminOnly && !Allows(grants.AdminResources, caller))
        {
            throw RestException.Denied($"user \"{caller}\" cannot access the resource of type \"{descriptor.Kind}\"");
        }
    }

    public bool MayRead(Caller caller, ResourceDescriptor descriptor) =>
        !descriptor.IsAdminOnly || Allows(grants.AdminResources, caller);

    public void DemandDataplaneToken(Caller caller) => Demand(grants.GenerateDpToken, caller, "generate dataplane token");

    public void DemandZoneToken(Caller caller) => Demand(grants.GenerateZoneToken, caller, "generate zone token");

    public void DemandUserToken(Caller caller)
    {
        if (!Allows(grants.GenerateUserToken, caller))
        {
            throw RestException.Denied("action not allowed");
        }
    }

    /// <summary>What only those may do who may write secrets.</summary>
    public void DemandAdministration(Caller caller, string what) => Demand(grants.AdminResources, caller, what);

    public void DemandConfigDump(Caller caller) => Demand(grants.ViewConfigDump, caller, "config dump");

    public void DemandStats(Caller caller) => Demand(grants.ViewStats, caller, "stats");

    public void DemandClusters(Caller caller) => Demand(grants.ViewClusters, caller, "clusters");

    public void DemandControlPlaneMetadata(Caller caller) => Demand(grants.ControlPlaneMetadata, caller, "control plane metadata");

    private static void Demand(AccessSettings.GrantSettings grant, Caller caller, string what)
    {
        if (!Allows(grant, caller))
        {
            throw RestException.Denied($"user \"{caller}\" cannot access {what}");
        }
    }

    private static bool Allows(AccessSettings.GrantSettings grant, Caller caller) =>
        grant.Users.Contains(caller.Name, StringComparer.Ordinal) || caller.Groups.Any(g => grant.Groups.Contains(g, StringComparer.Ordinal));
}
