using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Server.Rest.Resources;

/// <summary>Rules for names that hold for new resources only: what exists keeps its name.</summary>
internal static class NameRules
{
    private const int LongestMeshName = 63;

    public static void ValidateNew(Resource resource, ViolationList violations)
    {
        if (resource.Kind == MeshKind.Name && resource.Name.Length > LongestMeshName)
        {
            violations.Add("name", $"must be no more than {LongestMeshName} characters");
        }
    }
}
