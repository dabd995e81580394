namespace Mesh.Server.Bootstrap;

/// <summary>A bootstrap request that is refused; the message is for the one who started the proxy.</summary>
/// <param name="statusCode">HTTP status.</param>
public sealed class BootstrapException(int statusCode, string message) : Exception(message)
{
    /// <summary>HTTP status: 422 where the request must be changed, 400 for JSON and certificates, 404 for an unknown Dataplane.</summary>
    public int StatusCode { get; } = statusCode;
}
