namespace Mesh.Identity.Certificates;

/// <summary>A certificate or key that cannot be used. The message says why and holds no secret.</summary>
public sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
