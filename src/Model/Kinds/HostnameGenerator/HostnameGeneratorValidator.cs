using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of HostnameGenerators (contract §1.9).</summary>
internal static class HostnameGeneratorValidator
{
    private static readonly string[] _fields = ["DisplayName", "Namespace", "Mesh", "Zone"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<HostnameGeneratorSpec>();
        var path = FieldPath.Spec(violations);
        object?[] selectors = [spec.Selector?.MeshService, spec.Selector?.MeshExternalService, spec.Selector?.MeshMultiZoneService];
        if (selectors.Count(selector => selector is not null) != 1)
        {
            path.Field("selector").Add(Messages.ExactlyOneOf("selector", "meshService", "meshExternalService", "meshMultiZoneService"));
        }

        if (spec.Extension is { Type: null or "" })
        {
            path.Field("extension").Field("type").Add(Messages.MustNotBeEmpty);
        }

        if (spec.Extension is null && string.IsNullOrEmpty(spec.Template))
        {
            path.Field("template").Add(Messages.MustNotBeEmpty);
        }

        TemplateRules.Check(path.Field("template"), spec.Template, _fields);
    }
}
