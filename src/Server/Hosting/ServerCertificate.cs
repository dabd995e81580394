using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Server.Hosting;

/// <summary>What a TLS port shows to its clients.</summary>
/// <param name="Leaf">Certificate with its key.</param>
/// <param name="Intermediates">What stands between it and its root.</param>
/// <param name="ChainPem">Leaf and everything above that is known, as PEM: clients that connect later are given it to trust.</param>
/// <param name="Versions">Versions of TLS that clients may speak (<c>general.tlsMinVersion</c>, <c>.tlsMaxVersion</c>).</param>
internal sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Intermediates, string ChainPem, SslProtocols Versions);
