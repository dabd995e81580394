using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Policies.MeshPassthrough;

/// <summary>What applications may call outside the mesh without a MeshExternalService.</summary>
public sealed record MeshPassthroughSpec : IProxyPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The configuration.</summary>
    public MeshPassthroughConf? Default { get; init; }

    object? IProxyPolicySpec.Conf => Default;
}

/// <summary>What may be called.</summary>
public sealed record MeshPassthroughConf
{
    /// <summary><see cref="All"/>, <see cref="Matched"/> (default) or <see cref="None"/>.</summary>
    [Values(All, Matched, None)]
    public string? PassthroughMode { get; init; }

    /// <summary>Destinations; those of all policies count together.</summary>
    public IReadOnlyList<PassthroughMatch>? AppendMatch { get; init; }

    /// <summary>Everything.</summary>
    public const string All = "All";
    /// <summary>What matches.</summary>
    public const string Matched = "Matched";
    /// <summary>Nothing.</summary>
    public const string None = "None";
}

/// <summary>A destination.</summary>
public sealed record PassthroughMatch
{
    /// <summary><see cref="Domain"/>, <see cref="Ip"/> or <see cref="Cidr"/>.</summary>
    [Mandatory]
    [Values(Domain, Ip, Cidr)]
    public string? Type { get; init; }

    /// <summary>Domain, with <c>*.</c> in front for all below it, address or range.</summary>
    [Mandatory]
    public string? Value { get; init; }

    /// <summary>Port; null: all.</summary>
    public int? Port { get; init; }

    /// <summary><c>tcp</c> (default), <c>tls</c>, <c>grpc</c>, <c>http</c>, <c>http2</c> or <c>mysql</c>.</summary>
    [Fallback("tcp")]
    [Values("tcp", "tls", "grpc", "http", "http2", "mysql")]
    public string? Protocol { get; init; }

    /// <summary>A DNS name.</summary>
    public const string Domain = "Domain";
    /// <summary>An address.</summary>
    public const string Ip = "IP";
    /// <summary>A range of addresses.</summary>
    public const string Cidr = "CIDR";
}
