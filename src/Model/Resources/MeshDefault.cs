namespace Mesh.Model.Resources;

/// <summary>A resource that every new mesh gets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Spec">Its spec: an instance of the kind's <see cref="ResourceDescriptor.SpecType"/>.</param>
public sealed record MeshDefault(string Name, object Spec);
