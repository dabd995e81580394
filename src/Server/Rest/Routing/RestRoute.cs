namespace Mesh.Server.Rest.Routing;

/// <summary>One method of one path.</summary>
/// <param name="Template">Path as in <c>/meshes/{mesh}/dataplanes</c>; error messages name it.</param>
/// <param name="Handler">Answers.</param>
internal sealed record RestRoute(string Template, RestHandler Handler)
{
    /// <summary>Media types of bodies that it reads; empty: none, whatever is sent is not looked at.</summary>
    public IReadOnlyList<string> Consumes { get; init; } = [];

    /// <summary>The media type that it answers with; null: it decides by itself and any <c>Accept</c> will do.</summary>
    public string? Produces { get; init; } = MediaTypes.Json;

    /// <summary>It is answered before anyone asks who is calling.</summary>
    public bool IsPublic { get; init; }
}
