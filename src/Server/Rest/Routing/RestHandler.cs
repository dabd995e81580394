namespace Mesh.Server.Rest.Routing;

/// <summary>Answers one request, or throws a <see cref="Errors.RestException"/> that becomes the answer.</summary>
internal delegate ValueTask RestHandler(RestRequest request);
