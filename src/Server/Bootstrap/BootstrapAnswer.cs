namespace Mesh.Server.Bootstrap;

/// <summary>Answer to a bootstrap request.</summary>
/// <param name="Yaml">The Envoy bootstrap.</param>
/// <param name="Address"><c>networking.address</c> of the Dataplane, for the sidecar's own listeners.</param>
public sealed record BootstrapAnswer(string Yaml, string Address);
