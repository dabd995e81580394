using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of Zones (contract §1.3).</summary>
internal static class ZoneValidator
{
    public static void Validate(Resource resource, ViolationList violations) =>
        HostNames.CheckLabel(new FieldPath(violations, "name"), resource.Name);
}
