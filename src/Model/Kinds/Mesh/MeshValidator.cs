using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of Meshes (contract §1).</summary>
internal static class MeshValidator
{
    public static void Validate(Resource resource, ViolationList violations) =>
        HostNames.CheckLabel(new FieldPath(violations, "name"), resource.Name);
}
