using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>A mesh: services that know each other (contract §1).</summary>
[OmitsDefaults]
public sealed record MeshSpec
{
    /// <summary>Kinds of default policies that are not created with the mesh; <c>*</c>: none is.</summary>
    public IReadOnlyList<string>? SkipCreatingInitialPolicies { get; init; }

    /// <summary>How traffic leaves a zone.</summary>
    public MeshRouting? Routing { get; init; }
}
