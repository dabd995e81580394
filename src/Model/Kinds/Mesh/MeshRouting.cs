using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>
/// How traffic leaves a zone. An extension of the contract, in the words of its older versions: control planes that do not
/// know it ignore it.
/// </summary>
[OmitsDefaults]
public sealed record MeshRouting
{
    /// <summary>
    /// Calls to services in other zones leave through the zone egresses of the caller's zone, which pass TLS on by server name
    /// without ending it; where a zone has none, such calls fail. Default false: proxies call the ingresses of other zones
    /// themselves.
    /// </summary>
    public bool ZoneEgress { get; init; }
}
