using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshTCPRoute;

/// <summary>Rules of MeshTCPRoutes (contract §2.6).</summary>
internal static class MeshTCPRouteValidator
{
    private static readonly string[] _destinations = [TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshTCPRouteSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        for (var i = 0; i < spec.To?.Count; i++)
        {
            var (entry, field) = (spec.To[i], path.Field("to").Index(i));
            field.Field("targetRef").Target(entry.TargetRef, _destinations);
            for (var j = 0; j < entry.Rules?.Count; j++)
            {
                CheckBackends(entry.Rules[j].Default?.BackendRefs, field.Field("rules").Index(j).Field("default").Field("backendRefs"));
            }
        }
    }

    private static void CheckBackends(IReadOnlyList<BackendRef>? backends, FieldPath path)
    {
        if (backends is not { Count: > 0 })
        {
            path.Add(Messages.MustBeDefined);
        }

        for (var i = 0; i < backends?.Count; i++)
        {
            path.Index(i).Backend(backends[i]);
        }
    }
}
