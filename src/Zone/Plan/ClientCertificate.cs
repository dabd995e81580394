namespace Mesh.Zone.Plan;

/// <summary>A certificate with its key, PEM. It prints neither.</summary>
/// <param name="Chain">The certificate, and those that lead to its authority.</param>
/// <param name="PrivateKey">Its key.</param>
public sealed record ClientCertificate(string Chain, string PrivateKey)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ClientCertificate);
}
