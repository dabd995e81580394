using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Refers to a resource that describes where observability data goes.</summary>
public sealed record BackendResourceRef
{
    /// <summary><c>MeshOpenTelemetryBackend</c>.</summary>
    [Mandatory]
    [Values("MeshOpenTelemetryBackend")]
    public string? Kind { get; init; }

    /// <summary>Labels of the resource; of several that match the oldest is taken.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
