using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshTrafficPermission;

/// <summary>Rules of MeshTrafficPermissions (contract §2.6). Paths leave out <c>default</c>, as clients know them.</summary>
internal static class MeshTrafficPermissionValidator
{
    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshTrafficPermissionSpec>();
        var path = FieldPath.Spec(violations);
        var hasRules = spec.Rules is { Count: > 0 };
        path.Field("targetRef").TopTarget(spec.TargetRef, hasRules);
        if (!hasRules)
        {
            path.Add("policy must define rules");
        }

        for (var i = 0; i < spec.Rules?.Count; i++)
        {
            var (conf, field) = (spec.Rules[i].Default, path.Field("rules").Index(i));
            if (conf is not ({ Allow.Count: > 0 } or { Deny.Count: > 0 } or { AllowWithShadowDeny.Count: > 0 }))
            {
                field.Add("at least one of 'allow', 'allowWithShadowDeny', 'deny' has to be defined");
            }

            field.Field("allow").Matches(conf?.Allow);
            field.Field("allowWithShadowDeny").Matches(conf?.AllowWithShadowDeny);
            field.Field("deny").Matches(conf?.Deny);
        }
    }

    public static IEnumerable<string> Advise(Resource resource)
    {
        foreach (var conf in resource.SpecAs<MeshTrafficPermissionSpec>().Rules?.Select(rule => rule.Default) ?? [])
        {
            if (new[] { conf?.Allow, conf?.AllowWithShadowDeny, conf?.Deny }.Any(list => list?.Any(m => m is { SpiffeId: null, Sni: null }) == true))
            {
                yield return $"MeshTrafficPermission '{resource.Name}' has an empty match, which every peer satisfies.";
                yield break;
            }
        }
    }
}
