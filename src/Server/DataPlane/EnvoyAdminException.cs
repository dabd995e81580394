namespace Mesh.Server.DataPlane;

/// <summary>A proxy's admin interface cannot be asked; the message says why.</summary>
internal sealed class EnvoyAdminException(string message) : Exception(message);
