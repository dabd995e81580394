namespace Mesh.Zone.View;

/// <summary>One port of a service.</summary>
/// <param name="Section">Its name, or its number where it has none: the section of its KRI.</param>
/// <param name="Number">Port number.</param>
/// <param name="Protocol">What is spoken there: <c>tcp</c>, <c>http</c>, <c>http2</c>, <c>grpc</c>, <c>tls</c>.</param>
/// <param name="Sni">Server name under which it is reached with TLS; null: it has none.</param>
public sealed record ServicePort(string Section, uint Number, string Protocol, string? Sni);
