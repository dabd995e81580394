using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of MeshOpenTelemetryBackends (contract §1.8).</summary>
internal static class MeshOpenTelemetryBackendValidator
{
    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshOpenTelemetryBackendSpec>();
        var path = FieldPath.Spec(violations);
        if (spec.Endpoint is { Address: "" })
        {
            path.Field("endpoint").Field("address").Add(Messages.MustNotBeEmpty);
        }

        if (spec.Endpoint?.Port is { } port)
        {
            path.Field("endpoint").Field("port").Port(port);
        }

        path.Field("protocol").OneOf(spec.Protocol, "protocol", "grpc", "http");
        path.Field("env").Field("mode").OneOf(spec.Env?.Mode, "mode", "Disabled", "Optional", "Required");
        path.Field("env").Field("precedence").OneOf(spec.Env?.Precedence, "precedence", "ExplicitFirst", "EnvFirst");
    }
}
