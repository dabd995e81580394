using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of Secrets and GlobalSecrets.</summary>
internal static class SecretValidator
{
    /// <summary>Largest value in bytes: what a Kubernetes Secret holds.</summary>
    private const int MaxLength = 1024 * 1024;

    public static void Validate(Resource resource, ViolationList violations)
    {
        if (resource.SpecAs<SecretSpec>().Data is { Length: > MaxLength })
        {
            violations.Add("data", $"must be no more than {MaxLength} bytes");
        }
    }
}
