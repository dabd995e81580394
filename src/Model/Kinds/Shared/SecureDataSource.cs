using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>Where a certificate or key comes from (contract §1.7). Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record SecureDataSource
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(File, Secret, EnvVar, InsecureInline)]
    public string? Type { get; init; }

    /// <summary>A file of the control plane.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("file")]
    public FileSource? FileSource { get; init; }

    /// <summary>A Secret of the same mesh.</summary>
    public SecretRef? SecretRef { get; init; }

    /// <summary>An environment variable of the control plane.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("envVar")]
    public EnvVarSource? EnvVarSource { get; init; }

    /// <summary>The value itself.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("insecureInline")]
    public InlineSource? InlineSource { get; init; }

    /// <summary>From a file.</summary>
    public const string File = "File";
    /// <summary>From a Secret.</summary>
    public const string Secret = "Secret";
    /// <summary>From an environment variable.</summary>
    public const string EnvVar = "EnvVar";
    /// <summary>Given in the resource.</summary>
    public const string InsecureInline = "InsecureInline";
}

/// <summary>A file.</summary>
public sealed record FileSource
{
    /// <summary>Path of the file.</summary>
    [Mandatory]
    public string? Path { get; init; }
}

/// <summary>A Secret.</summary>
public sealed record SecretRef
{
    /// <summary><c>Secret</c>.</summary>
    [Mandatory]
    [Values("Secret")]
    public string? Kind { get; init; }

    /// <summary>Name of the Secret.</summary>
    [Mandatory]
    public string? Name { get; init; }
}

/// <summary>An environment variable.</summary>
public sealed record EnvVarSource
{
    /// <summary>Name of the variable.</summary>
    [Mandatory]
    public string? Name { get; init; }
}

/// <summary>A value given in the resource.</summary>
public sealed record InlineSource
{
    /// <summary>The value.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
