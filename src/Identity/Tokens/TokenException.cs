namespace Mesh.Identity.Tokens;

/// <summary>A token that is refused, or cannot be issued. The message says why and holds no secret.</summary>
public sealed class TokenException(string message, Exception? inner = null) : Exception(message, inner);
