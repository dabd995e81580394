using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of MeshServices (contract §1.4).</summary>
internal static class MeshServiceValidator
{
    private static readonly string[] _protocols = ["grpc", "http", "http2", "tcp"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshServiceSpec>();
        var path = FieldPath.Spec(violations);
        HostNames.CheckLabel(new FieldPath(violations, "name"), resource.DisplayName);
        if (spec.Selector is { DataplaneRef: not null, DataplaneLabels: not null })
        {
            path.Field("selector").Add("must specify only one of: dataplaneRef, or dataplaneLabels");
        }

        for (var i = 0; i < spec.Ports?.Count; i++)
        {
            if (!string.IsNullOrEmpty(spec.Ports[i].AppProtocol))
            {
                path.Field("ports").Index(i).Field("appProtocol").OneOf(spec.Ports[i].AppProtocol, "appProtocol", _protocols);
            }
        }
    }

    public static IEnumerable<string> Advise(Resource resource)
    {
        var spec = resource.SpecAs<MeshServiceSpec>();
        if (spec.Selector is not ({ DataplaneRef: not null } or { DataplaneLabels: not null }))
        {
            yield return $"MeshService resource '{resource.Name}' has no selector, so it matches no data plane proxies. " +
                "Set 'spec.selector.dataplaneRef' or 'spec.selector.dataplaneLabels'. " +
                "The 'spec.selector.dataplaneTags' selector was removed, migrate it to 'dataplaneLabels'.";
        }

        if (spec.Ports?.Any(port => port.Port is not (> 0 and <= 65535)) == true)
        {
            yield return $"MeshService resource '{resource.Name}' has a port outside 1-65535, which nobody can call.";
        }

        if (spec.Ports?.Select(port => port.SectionName).Distinct(StringComparer.Ordinal).Count() < spec.Ports?.Count)
        {
            yield return $"MeshService resource '{resource.Name}' has two ports of one name; the first of them is used.";
        }
    }
}
