using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Model.Kinds;

/// <summary>A service of the mesh in one zone (contract §1.4).</summary>
public sealed record MeshServiceSpec
{
    /// <summary><c>Available</c> or <c>Unavailable</c> (default): whether any endpoint can take traffic. Written by the zone.</summary>
    [Fallback(Unavailable)]
    [Values(Available, Unavailable)]
    public string? State { get; init; }

    /// <summary>The proxies behind it; at most one way; none: no endpoints.</summary>
    public MeshServiceSelector? Selector { get; init; }

    /// <summary>Ports.</summary>
    public IReadOnlyList<MeshServicePort>? Ports { get; init; }

    /// <summary>Identities of its proxies. Written by the zone.</summary>
    public IReadOnlyList<MeshServiceIdentity>? Identities { get; init; }

    /// <summary>An endpoint can take traffic.</summary>
    public const string Available = "Available";
    /// <summary>No endpoint can take traffic.</summary>
    public const string Unavailable = "Unavailable";
}

/// <summary>Selects proxies.</summary>
public sealed record MeshServiceSelector
{
    /// <summary>One proxy, by name.</summary>
    public DataplaneNameRef? DataplaneRef { get; init; }

    /// <summary>Proxies, by labels of their Dataplanes.</summary>
    public LabelSelector? DataplaneLabels { get; init; }
}

/// <summary>Names a Dataplane.</summary>
public sealed record DataplaneNameRef
{
    /// <summary>Name of the Dataplane.</summary>
    public string? Name { get; init; }
}

/// <summary>A port of a service.</summary>
public sealed record MeshServicePort
{
    /// <summary>Name; without one the section is the number.</summary>
    public string? Name { get; init; }

    /// <summary>Port that clients use.</summary>
    [Mandatory]
    public int? Port { get; init; }

    /// <summary>Inbound by port or name. Default: <see cref="Port"/>.</summary>
    public IntOrString? TargetPort { get; init; }

    /// <summary><c>tcp</c> (default), <c>http</c>, <c>http2</c> or <c>grpc</c>.</summary>
    [Fallback("tcp")]
    public string? AppProtocol { get; init; }

    /// <summary>Name of the section: the name, else the number.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string SectionName => string.IsNullOrEmpty(Name) ? (Port ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture) : Name;
}

/// <summary>An identity that proxies of a service carry.</summary>
public sealed record MeshServiceIdentity
{
    /// <summary><c>SpiffeID</c>.</summary>
    [Mandatory]
    [Values("SpiffeID")]
    public string? Type { get; init; }

    /// <summary>The SPIFFE id.</summary>
    [Mandatory]
    public string? Value { get; init; }
}
