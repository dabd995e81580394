using Mesh.Model.Resources;

namespace Mesh.Zone.Inspect;

/// <summary>Names a resource in an inspection.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Mesh">Its mesh; empty for kinds of global scope.</param>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record ResourceMeta(string Type, string Mesh, string Name, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Names a resource.</summary>
    public static ResourceMeta Of(Resource resource) => new(resource.Kind, resource.Mesh, resource.Name, resource.Labels);
}
