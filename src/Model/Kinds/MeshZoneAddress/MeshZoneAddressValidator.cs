using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of MeshZoneAddresses (contract §1.8).</summary>
internal static class MeshZoneAddressValidator
{
    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshZoneAddressSpec>();
        var path = FieldPath.Spec(violations);
        var address = spec.Address ?? "";
        if (address.Length == 0)
        {
            path.Field("address").Add(Messages.MustNotBeEmpty);
        }
        else if (address is "0.0.0.0" or "::")
        {
            path.Field("address").Add("must not be 0.0.0.0 or ::");
        }
        else if (!HostNames.IsAddress(address) && !HostNames.IsDnsName(address))
        {
            path.Field("address").Add("address has to be valid IP address or domain name");
        }

        path.Field("port").Port(spec.Port);
    }
}
