using System.Text.Json;

namespace Mesh.Model.Resources;

/// <summary>What a store holds of a resource is not what this program reads. It concerns this resource alone.</summary>
public sealed class UnreadableResourceException(ResourceKey key, Exception inner) : JsonException($"{key} is stored in a form that cannot be read: {inner?.Message}", inner)
{
    /// <summary>Which one it is.</summary>
    public ResourceKey Key { get; } = key;
}
