using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>Certificates of authorities that a mesh trusts for one trust domain (contract §1.7).</summary>
public sealed record MeshTrustSpec
{
    /// <summary>Trust domain that they vouch for.</summary>
    [Mandatory]
    [Text(0, 253)]
    public string? TrustDomain { get; init; }

    /// <summary>The authorities.</summary>
    [Mandatory]
    [Items(1)]
    public IReadOnlyList<CaBundle>? CaBundles { get; init; }
}

/// <summary>Certificates of one authority.</summary>
public sealed record CaBundle
{
    /// <summary><c>Pem</c>.</summary>
    [Mandatory]
    [Values("Pem")]
    public string? Type { get; init; }

    /// <summary>The certificates.</summary>
    public PemBundle? Pem { get; init; }
}

/// <summary>Certificates as PEM.</summary>
public sealed record PemBundle
{
    /// <summary>One or more PEM blocks.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
