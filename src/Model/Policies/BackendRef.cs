using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>A destination of a route, with its share of the traffic.</summary>
public sealed record BackendRef
{
    /// <summary><c>MeshService</c>, <c>MeshExternalService</c> or <c>MeshMultiZoneService</c>.</summary>
    [Mandatory]
    [Values("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute", "Dataplane")]
    public string? Kind { get; init; }

    /// <summary>Labels of the destination; of several that match the oldest is taken.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Port by name or number; null with <see cref="Port"/>: that port.</summary>
    public string? SectionName { get; init; }

    /// <summary>Share of the traffic relative to the other backends. Default 1; 0 sends nothing.</summary>
    [Fallback(1L)]
    [RangeOf(0, uint.MaxValue)]
    public uint? Weight { get; init; }

    /// <summary>Port number of the destination.</summary>
    public uint? Port { get; init; }
}
