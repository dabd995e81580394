using Mesh.Model.Resources;
using Mesh.Server.Rest.Errors;

namespace Mesh.Server.Rest.Resources;

/// <summary>A body that was read and found valid.</summary>
/// <param name="Resource">The resource as it will be stored.</param>
/// <param name="Warnings">What the writer should know, in the answer's body.</param>
/// <param name="Notices">What was ignored, in the answer's head.</param>
/// <param name="CreationFault">Why it may not be created, while one that is there may be replaced: what exists keeps its name. Null: it may.</param>
internal sealed record ReadResource(
    Resource Resource, IReadOnlyList<string> Warnings, IReadOnlyList<string> Notices, RestException? CreationFault);
