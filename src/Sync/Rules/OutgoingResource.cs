using Mesh.Model.Resources;

namespace Mesh.Sync.Rules;

/// <summary>A resource as it is sent.</summary>
/// <param name="Resource">With the name, labels and status that it has on the wire.</param>
/// <param name="ExceptFor">The zone that does not get it, because it wrote it; null: all get it.</param>
public readonly record struct OutgoingResource(Resource Resource, string? ExceptFor);
