using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of MeshMultiZoneServices (contract §1.5).</summary>
internal static class MeshMultiZoneServiceValidator
{
    private static readonly string[] _protocols = ["grpc", "http", "http2", "tcp"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshMultiZoneServiceSpec>();
        var path = FieldPath.Spec(violations);
        HostNames.CheckLabel(new FieldPath(violations, "name"), resource.DisplayName);
        if (spec.Selector?.MeshService?.MatchLabels is not { Count: > 0 })
        {
            path.Field("selector").Field("meshService").Field("matchLabels").Add("cannot be empty");
        }

        if (spec.Ports is not { Count: > 0 })
        {
            path.Field("ports").Add("cannot be empty");
        }

        for (var i = 0; i < spec.Ports?.Count; i++)
        {
            var field = path.Field("ports").Index(i);
            if (spec.Ports[i].Name is "")
            {
                field.Field("name").Add(Messages.MustNotBeEmpty);
            }

            if (!string.IsNullOrEmpty(spec.Ports[i].AppProtocol))
            {
                field.Field("appProtocol").OneOf(spec.Ports[i].AppProtocol, "appProtocol", _protocols);
            }
        }
    }
}
