using Mesh.Model.Naming;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>
/// What policies of one mesh can name in <c>to</c> and in backend references: the Mesh itself, MeshServices,
/// MeshMultiZoneServices, MeshExternalServices and MeshHTTPRoutes. Immutable and safe for concurrent use.
/// </summary>
public interface IDestinationIndex
{
    /// <summary>
    /// The same object as long as no destination appeared, disappeared or changed its labels: what was resolved before then
    /// still holds.
    /// </summary>
    object Version { get; }

    /// <summary>The Mesh, or null when it is not known.</summary>
    Resource? Mesh { get; }

    /// <summary>
    /// Destinations of <paramref name="kind"/> that carry all <paramref name="labels"/>
    /// (as <see cref="LabelMatch"/> compares them), oldest first and then by name.
    /// </summary>
    IReadOnlyList<Resource> FindAll(string kind, IReadOnlyDictionary<string, string> labels);

    /// <summary>The destination with this KRI, whose section is ignored; null when there is none.</summary>
    Resource? Find(Kri kri);
}
