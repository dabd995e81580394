using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>A zone of a multi-zone deployment (contract §1.3).</summary>
[OmitsDefaults]
public sealed record ZoneSpec
{
    /// <summary>False takes its services out of cross-zone load balancing. Default true.</summary>
    public bool? Enabled { get; init; }
}
