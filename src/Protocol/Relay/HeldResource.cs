namespace Mesh.Protocol.Relay;

/// <summary>One resource as it was delivered and accepted.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Its version in the control plane's words.</param>
/// <param name="Encoded">The whole <c>envoy.service.discovery.v3.Resource</c>, byte for byte.</param>
public sealed record HeldResource(string Name, string Version, ReadOnlyMemory<byte> Encoded);
