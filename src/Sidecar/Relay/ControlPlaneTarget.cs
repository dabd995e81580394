namespace Mesh.Sidecar.Relay;

/// <summary>Where a bootstrap sends Envoy for its configuration.</summary>
/// <param name="Address"><c>https://HOST:PORT</c>, or <c>http://</c> without TLS.</param>
/// <param name="Sni">Name that the certificate is for.</param>
/// <param name="CaPem">The CA that it must be signed by; empty: no TLS.</param>
internal sealed record ControlPlaneTarget(Uri Address, string Sni, string CaPem);
