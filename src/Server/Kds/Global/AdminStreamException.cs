namespace Mesh.Server.Kds.Global;

/// <summary>A zone could not be asked. The message is for the caller of the API.</summary>
internal sealed class AdminStreamException(string message) : Exception(message);
