using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Server.Rest.Errors;

namespace Mesh.Server.Rest.Resources;

/// <summary>Reads and validates bodies of resources.</summary>
internal static class ResourceReader
{
    private const string Title = "Could not process a resource";

    /// <exception cref="RestException">The body is no resource, or not a valid one.</exception>
    public static ReadResource Read(ResourceKey key, ResourceDescriptor descriptor, ReadOnlyMemory<byte> body, string contentType)
    {
        JsonObject root;
        try
        {
            root = JsonNode.Parse(body.Span) as JsonObject ?? throw new RestException(400, "Bad Request", $"invalid {descriptor.Kind} object: \"null\"");
        }
        catch (JsonException e)
        {
            throw new RestException(400, "Bad Request", $"invalid {descriptor.Kind} object: \"{e.Message}\"");
        }

        try
        {
            var spec = JsonSerializer.Deserialize(descriptor.IsFlat ? root : root["spec"], descriptor.SpecType, ModelJson.Options)!;
            var labels = (root["labels"] as JsonObject ?? []).ToDictionary(l => l.Key, l => l.Value?.ToString() ?? "");
            return new ReadResource(new Resource { Descriptor = descriptor, Mesh = key.Mesh, Name = key.Name, Spec = spec, Labels = labels }, [], []);
        }
        catch (JsonException e)
        {
            throw RestException.Invalid(Title, "spec", e.Message);
        }
    }
}
