using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshTrace;

/// <summary>Sends spans of requests to a tracing system.</summary>
public sealed record MeshTraceSpec : IProxyPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The configuration.</summary>
    public MeshTraceConf? Default { get; init; }

    object? IProxyPolicySpec.Conf => Default;
}

/// <summary>Which spans go where.</summary>
public sealed record MeshTraceConf
{
    /// <summary>The tracing system; one at most.</summary>
    [Items(0, 1)]
    public IReadOnlyList<TraceBackend>? Backends { get; init; }

    /// <summary>How many requests are traced.</summary>
    public TraceSampling? Sampling { get; init; }

    /// <summary>Tags of spans.</summary>
    public IReadOnlyList<TraceTag>? Tags { get; init; }
}

/// <summary>A tracing system. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record TraceBackend
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(ZipkinType, DatadogType, OpenTelemetryType)]
    public string? Type { get; init; }

    /// <summary>Zipkin.</summary>
    public ZipkinBackend? Zipkin { get; init; }

    /// <summary>Datadog.</summary>
    public DatadogBackend? Datadog { get; init; }

    /// <summary>OpenTelemetry.</summary>
    public OpenTelemetryTraceBackend? OpenTelemetry { get; init; }

    /// <summary>Zipkin.</summary>
    public const string ZipkinType = "Zipkin";
    /// <summary>Datadog.</summary>
    public const string DatadogType = "Datadog";
    /// <summary>OpenTelemetry.</summary>
    public const string OpenTelemetryType = "OpenTelemetry";
}

/// <summary>Zipkin.</summary>
public sealed record ZipkinBackend
{
    /// <summary>URL of its collector.</summary>
    [Mandatory]
    public string? Url { get; init; }

    /// <summary>Trace ids of 128 bits. Default false.</summary>
    [Fallback(false)]
    public bool? TraceId128bit { get; init; }

    /// <summary><c>httpJson</c> (default) or <c>httpProto</c>.</summary>
    [Fallback("httpJson")]
    [Values("httpJson", "httpProto")]
    public string? ApiVersion { get; init; }

    /// <summary>Client and server share a span. Default true.</summary>
    [Fallback(true)]
    public bool? SharedSpanContext { get; init; }
}

/// <summary>Datadog.</summary>
public sealed record DatadogBackend
{
    /// <summary>URL of its agent: <c>http</c>, host and port.</summary>
    [Mandatory]
    public string? Url { get; init; }

    /// <summary>Tells incoming and outgoing spans by service name. Default false.</summary>
    [Fallback(false)]
    public bool? SplitService { get; init; }
}

/// <summary>OpenTelemetry.</summary>
public sealed record OpenTelemetryTraceBackend
{
    /// <summary>The collector.</summary>
    public BackendResourceRef? BackendRef { get; init; }
}

/// <summary>How many requests are traced, in per cent. Each defaults to 100.</summary>
public sealed record TraceSampling
{
    /// <summary>Upper limit of all.</summary>
    public IntOrString? Overall { get; init; }

    /// <summary>Of requests whose client asks for it.</summary>
    public IntOrString? Client { get; init; }

    /// <summary>Of the others.</summary>
    public IntOrString? Random { get; init; }
}

/// <summary>A tag of spans, from a literal or a header.</summary>
public sealed record TraceTag
{
    /// <summary>Name.</summary>
    [Mandatory]
    public string? Name { get; init; }

    /// <summary>Fixed value.</summary>
    public string? Literal { get; init; }

    /// <summary>Value of a header.</summary>
    public TraceHeaderTag? Header { get; init; }
}

/// <summary>A tag from a header.</summary>
public sealed record TraceHeaderTag
{
    /// <summary>Name of the header.</summary>
    [Mandatory]
    public string? Name { get; init; }

    /// <summary>Value where the header is missing.</summary>
    public string? Default { get; init; }
}
