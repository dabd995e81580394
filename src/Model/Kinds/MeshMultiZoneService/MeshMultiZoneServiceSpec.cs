using System.Globalization;
using System.Text.Json.Serialization;
using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>One service made of MeshServices of all zones (contract §1.5).</summary>
public sealed record MeshMultiZoneServiceSpec
{
    /// <summary>The MeshServices.</summary>
    [Mandatory]
    public MultiZoneSelector? Selector { get; init; }

    /// <summary>Ports, joined to those of the MeshServices by name.</summary>
    [Mandatory]
    [Items(1)]
    public IReadOnlyList<MultiZonePort>? Ports { get; init; }
}

/// <summary>Selects MeshServices.</summary>
public sealed record MultiZoneSelector
{
    /// <summary>By their labels; not empty.</summary>
    [Mandatory]
    public LabelSelector? MeshService { get; init; }
}

/// <summary>A port.</summary>
public sealed record MultiZonePort
{
    /// <summary>Name; joins it to the MeshServices' ports.</summary>
    public string? Name { get; init; }

    /// <summary>Port that clients use.</summary>
    [Mandatory]
    public int? Port { get; init; }

    /// <summary><c>tcp</c> (default), <c>http</c>, <c>http2</c> or <c>grpc</c>.</summary>
    [Fallback("tcp")]
    public string? AppProtocol { get; init; }

    /// <summary>Name of the section: the name, else the number.</summary>
    [JsonIgnore]
    public string SectionName => string.IsNullOrEmpty(Name) ? (Port ?? 0).ToString(CultureInfo.InvariantCulture) : Name;
}
