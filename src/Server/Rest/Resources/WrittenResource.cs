namespace Mesh.Server.Rest.Resources;

/// <summary>What a write did.</summary>
/// <param name="IsNew">The resource was not there before.</param>
/// <param name="Warnings">What the writer should know, in the answer's body.</param>
/// <param name="Notices">What was ignored, in the answer's head.</param>
internal readonly record struct WrittenResource(bool IsNew, IReadOnlyList<string> Warnings, IReadOnlyList<string> Notices);
