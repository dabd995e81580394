using Mesh.Model.Resources;

namespace Mesh.Server.Rest.Resources;

/// <summary>A body that was read and found valid.</summary>
/// <param name="Resource">The resource as it will be stored.</param>
/// <param name="Warnings">What the writer should know, in the answer's body.</param>
/// <param name="Notices">What was ignored, in the answer's head.</param>
internal sealed record ReadResource(Resource Resource, IReadOnlyList<string> Warnings, IReadOnlyList<string> Notices);
