namespace Mesh.Server.Hosting;

/// <summary>Where to listen.</summary>
/// <param name="Setting">The setting that names the port, for messages.</param>
/// <param name="Address">Address as in the settings.</param>
/// <param name="Port">Port; 0: any free one.</param>
/// <param name="Certificate">Certificate for TLS; null: without.</param>
/// <param name="IsForFleets">Thousands of clients may connect at once: TLS handshakes stand in line.</param>
/// <param name="HasOwnTls">The transport below Kestrel does TLS, with this certificate.</param>
internal sealed record ListenOn(string Setting, string Address, int Port, ServerCertificate? Certificate, bool IsForFleets = false, bool HasOwnTls = false);
