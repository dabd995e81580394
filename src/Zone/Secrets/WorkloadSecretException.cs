namespace Mesh.Zone.Secrets;

/// <summary>A proxy cannot get a certificate; the message says why, for its status.</summary>
public sealed class WorkloadSecretException(string message, Exception? inner = null) : Exception(message, inner);
