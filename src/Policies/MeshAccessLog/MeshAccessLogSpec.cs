using System.Text.Json;
using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Policies.MeshAccessLog;

/// <summary>Writes a line for each request or connection.</summary>
public sealed record MeshAccessLogSpec : IOutboundPolicySpec, IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Logs of calls to destinations; not together with <see cref="Rules"/>.</summary>
    public IReadOnlyList<MeshAccessLogTo>? To { get; init; }

    /// <summary>Logs of incoming traffic; not together with <see cref="To"/>.</summary>
    public IReadOnlyList<MeshAccessLogRule>? Rules { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>Logs of calls to one destination.</summary>
public sealed record MeshAccessLogTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The logs.</summary>
    [Mandatory]
    public MeshAccessLogConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Logs of incoming traffic.</summary>
public sealed record MeshAccessLogRule : IInboundRule
{
    /// <inheritdoc/>
    public IReadOnlyList<Match>? Matches { get; init; }

    /// <summary>The logs.</summary>
    [Mandatory]
    public MeshAccessLogConf? Default { get; init; }

    object? IInboundRule.Conf => Default;
}

/// <summary>Logs.</summary>
public sealed record MeshAccessLogConf
{
    /// <summary>Where lines go; to each of them.</summary>
    public IReadOnlyList<AccessLogBackend>? Backends { get; init; }
}

/// <summary>Where lines go. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record AccessLogBackend
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(TcpType, FileType, OpenTelemetryType)]
    public string? Type { get; init; }

    /// <summary>Over TCP.</summary>
    public TcpLogBackend? Tcp { get; init; }

    /// <summary>To a file.</summary>
    public FileLogBackend? File { get; init; }

    /// <summary>To an OpenTelemetry collector.</summary>
    public OpenTelemetryLogBackend? OpenTelemetry { get; init; }

    /// <summary>Over TCP.</summary>
    public const string TcpType = "Tcp";
    /// <summary>To a file.</summary>
    public const string FileType = "File";
    /// <summary>To an OpenTelemetry collector.</summary>
    public const string OpenTelemetryType = "OpenTelemetry";
}

/// <summary>Lines over TCP.</summary>
public sealed record TcpLogBackend
{
    /// <summary>Form of the lines.</summary>
    public AccessLogFormat? Format { get; init; }

    /// <summary>Host and port.</summary>
    [Mandatory]
    [Text(1)]
    public string? Address { get; init; }
}

/// <summary>Lines in a file.</summary>
public sealed record FileLogBackend
{
    /// <summary>Form of the lines.</summary>
    public AccessLogFormat? Format { get; init; }

    /// <summary>Path of the file.</summary>
    [Mandatory]
    [Text(1)]
    public string? Path { get; init; }
}

/// <summary>Records for an OpenTelemetry collector.</summary>
public sealed record OpenTelemetryLogBackend
{
    /// <summary>Attributes of a record.</summary>
    public IReadOnlyList<LogAttribute>? Attributes { get; init; }

    /// <summary>Body of a record, any JSON. Default: the line.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The collector.</summary>
    public BackendResourceRef? BackendRef { get; init; }
}

/// <summary>An attribute of a record.</summary>
public sealed record LogAttribute
{
    /// <summary>Key in OpenTelemetry's form.</summary>
    [Mandatory]
    [Text(Pattern = "^[a-z]([a-z0-9]|[._][a-z0-9])*$")]
    public string? Key { get; init; }

    /// <summary>Value; Envoy's operators and <c>%KUMA_*%</c> are replaced.</summary>
    [Mandatory]
    public string? Value { get; init; }
}

/// <summary>Form of lines. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record AccessLogFormat
{
    /// <summary><see cref="PlainType"/> or <see cref="JsonType"/>.</summary>
    [Mandatory]
    [Values(PlainType, JsonType)]
    public string? Type { get; init; }

    /// <summary>A line of text.</summary>
    public string? Plain { get; init; }

    /// <summary>A JSON object.</summary>
    public IReadOnlyList<JsonLogField>? Json { get; init; }

    /// <summary>Leaves out what has no value. Default false.</summary>
    [Fallback(false)]
    public bool? OmitEmptyValues { get; init; }

    /// <summary>A line of text.</summary>
    public const string PlainType = "Plain";
    /// <summary>A JSON object.</summary>
    public const string JsonType = "Json";
}

/// <summary>A field of a JSON line.</summary>
public sealed record JsonLogField
{
    /// <summary>Key.</summary>
    [Mandatory]
    public string? Key { get; init; }

    /// <summary>Value; Envoy's operators and <c>%KUMA_*%</c> are replaced.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
