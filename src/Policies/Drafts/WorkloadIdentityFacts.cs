namespace Mesh.Policies.Drafts;

/// <summary>The identity a proxy proves to its peers.</summary>
public sealed record WorkloadIdentityFacts
{
    /// <summary>SDS secret that holds its certificate and key: the KRI of its MeshIdentity.</summary>
    public required string SecretName { get; init; }

    /// <summary>SDS secret that holds the trust bundles.</summary>
    public required string TrustBundleName { get; init; }

    /// <summary>Trust domains whose members may call it, sorted. Empty: the validator decides alone (identities that others manage).</summary>
    public FactList<string> TrustDomains { get; init; } = [];
}
