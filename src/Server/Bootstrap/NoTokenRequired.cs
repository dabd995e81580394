namespace Mesh.Server.Bootstrap;

/// <summary>Authentication of proxies is off: any token will do, and none.</summary>
public sealed class NoTokenRequired : IDataplaneTokenValidator
{
    /// <inheritdoc/>
    public bool IsRequired => false;

    /// <inheritdoc/>
    public ValueTask<string?> ValidateAsync(
        string token, string mesh, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) => new((string?)null);
}
