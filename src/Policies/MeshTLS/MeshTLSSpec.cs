using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Policies.MeshTLS;

/// <summary>Which TLS proxies take from other proxies.</summary>
public sealed record MeshTLSSpec : IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>What is taken.</summary>
    public IReadOnlyList<MeshTLSRule>? Rules { get; init; }

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>What is taken.</summary>
public sealed record MeshTLSRule : IInboundRule
{
    /// <summary>The configuration.</summary>
    public MeshTLSConf? Default { get; init; }

    IReadOnlyList<Match>? IInboundRule.Matches => null;

    object? IInboundRule.Conf => Default;
}

/// <summary>TLS of incoming traffic.</summary>
public sealed record MeshTLSConf
{
    /// <summary>TLS versions; only for the whole mesh.</summary>
    public TlsVersionRange? TlsVersion { get; init; }

    /// <summary>Cipher suites of TLS 1.2; only for the whole mesh.</summary>
    [Values(
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305")]
    public IReadOnlyList<string>? TlsCiphers { get; init; }

    /// <summary><see cref="Strict"/> (default) or <see cref="Permissive"/>.</summary>
    [Values(Permissive, Strict)]
    public string? Mode { get; init; }

    /// <summary>Mesh TLS alone.</summary>
    public const string Strict = "Strict";
    /// <summary>Mesh TLS, other TLS and plain text.</summary>
    public const string Permissive = "Permissive";
}
