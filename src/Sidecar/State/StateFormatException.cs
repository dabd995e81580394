namespace Mesh.Sidecar.State;

/// <summary>A file that cannot be used as saved state; the message says why.</summary>
internal sealed class StateFormatException(string message, Exception? inner = null) : Exception(message, inner);
