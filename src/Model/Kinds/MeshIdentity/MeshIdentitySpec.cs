using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Model.Kinds;

/// <summary>Gives proxies an identity: which ones, of what name, from which authority (contract §1.7).</summary>
public sealed record MeshIdentitySpec
{
    /// <summary>Proxies that get it. Absent: none; an empty set of labels: all.</summary>
    public MeshIdentitySelector? Selector { get; init; }

    /// <summary>How their SPIFFE ids are made.</summary>
    [JsonPropertyName("spiffeID")]
    public SpiffeIdTemplate? SpiffeId { get; init; }

    /// <summary>Who signs.</summary>
    public IdentityProvider? Provider { get; init; }
}

/// <summary>Selects proxies.</summary>
public sealed record MeshIdentitySelector
{
    /// <summary>By labels of their Dataplanes.</summary>
    public LabelSelector? Dataplane { get; init; }
}

/// <summary>Templates of a SPIFFE id.</summary>
public sealed record SpiffeIdTemplate
{
    /// <summary>Template of the trust domain. Default <c>{{ .Mesh }}.{{ .Zone }}.mesh.local</c>.</summary>
    public string? TrustDomain { get; init; }

    /// <summary>Template of the path, with its leading slash.</summary>
    public string? Path { get; init; }
}

/// <summary>Who signs certificates.</summary>
public sealed record IdentityProvider
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(Bundled, Spire, Extension)]
    public string? Type { get; init; }

    /// <summary>Settings of the control plane's own authority.</summary>
    [JsonPropertyName("bundled")]
    public BundledProvider? BundledProvider { get; init; }

    /// <summary>Settings of a SPIRE agent.</summary>
    [JsonPropertyName("spire")]
    public SpireProvider? SpireProvider { get; init; }

    /// <summary>Settings of a plug-in.</summary>
    [JsonPropertyName("extension")]
    public IdentityExtension? ExtensionProvider { get; init; }

    /// <summary>The control plane signs.</summary>
    public const string Bundled = "Bundled";
    /// <summary>A SPIRE agent beside the proxy signs.</summary>
    public const string Spire = "Spire";
    /// <summary>A plug-in signs.</summary>
    public const string Extension = "Extension";
}

/// <summary>Settings of the control plane's own authority.</summary>
public sealed record BundledProvider
{
    /// <summary><c>Enabled</c> (default) makes a MeshTrust of the authority; <c>Disabled</c> leaves that to the user.</summary>
    [Values("Enabled", "Disabled")]
    public string? MeshTrustCreation { get; init; }

    /// <summary>The authority may be self-signed.</summary>
    public bool? InsecureAllowSelfSigned { get; init; }

    /// <summary>Parameters of the certificates.</summary>
    public CertificateParameters? CertificateParameters { get; init; }

    /// <summary>The control plane makes the authority's key and certificate.</summary>
    public AutogenerateCa? Autogenerate { get; init; }

    /// <summary>Key and certificate of the authority, when they are given.</summary>
    public BundledCa? Ca { get; init; }
}

/// <summary>Parameters of issued certificates.</summary>
public sealed record CertificateParameters
{
    /// <summary>How long they are valid. Default 5 days.</summary>
    public GoDuration? Expiry { get; init; }
}

/// <summary>Makes an authority.</summary>
public sealed record AutogenerateCa
{
    /// <summary>True makes it.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>A given authority.</summary>
public sealed record BundledCa
{
    /// <summary>Certificate, PEM.</summary>
    public SecureDataSource? Certificate { get; init; }

    /// <summary>Private key, PEM.</summary>
    public SecureDataSource? PrivateKey { get; init; }
}

/// <summary>Settings of a SPIRE agent.</summary>
public sealed record SpireProvider
{
    /// <summary>The agent.</summary>
    public SpireAgent? Agent { get; init; }
}

/// <summary>A SPIRE agent.</summary>
public sealed record SpireAgent
{
    /// <summary>How long Envoy waits for it. Default 1 s.</summary>
    public GoDuration? Timeout { get; init; }
}

/// <summary>Settings of a plug-in.</summary>
public sealed record IdentityExtension
{
    /// <summary>Name of the plug-in.</summary>
    [Mandatory]
    public string? Name { get; init; }

    /// <summary>Any JSON.</summary>
    public JsonElement? Config { get; init; }
}
