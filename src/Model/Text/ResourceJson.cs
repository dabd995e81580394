using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Schema;
using Mesh.Model.Validation;

namespace Mesh.Model.Text;

/// <summary>Resources in the universal form, as REST and the CLI read and write them (contract §1).</summary>
public static class ResourceJson
{
    /// <summary>
    /// Reads one resource of a known kind. Never throws for bad input. The status in the document is dropped: only the
    /// control plane writes it.
    /// </summary>
    /// <param name="utf8">JSON.</param>
    /// <param name="descriptor">The kind that it must be.</param>
    /// <param name="keepStatus">Keeps the status, for documents that a control plane wrote.</param>
    public static ParsedResource Parse(ReadOnlySpan<byte> utf8, ResourceDescriptor descriptor, bool keepStatus = false)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return TryReadTree(utf8, out var tree, out var error)
            ? Parse(tree, descriptor, keepStatus)
            : ParsedResource.Unreadable(ResourceReader.InvalidObject(descriptor, error));
    }

    /// <summary>Reads one resource of any kind; the document's <c>type</c> tells which.</summary>
    public static ParsedResource Parse(ReadOnlySpan<byte> utf8, ResourceCatalog catalog, bool keepStatus = false) =>
        TryReadTree(utf8, out var tree, out var error) ? Parse(tree, catalog, keepStatus) : ParsedResource.Unreadable(error);

    /// <summary>Reads one resource of any kind from a tree, which is changed.</summary>
    public static ParsedResource Parse(JsonNode? tree, ResourceCatalog catalog, bool keepStatus = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (tree is not JsonObject fields)
        {
            return ParsedResource.Unreadable($"expected an object, got {SchemaCheck.TypeOf(tree)}");
        }

        if (fields["type"] is not JsonValue type || !type.TryGetValue<string>(out var kind) || kind.Length == 0)
        {
            var violations = new ViolationList();
            violations.Add("", ".type in body is required");
            return new ParsedResource { Violations = violations };
        }

        return catalog.TryGetKind(kind, out var descriptor)
            ? Parse(fields, descriptor, keepStatus)
            : ParsedResource.Unreadable($"invalid type {GoText.Quote(kind)}");
    }

    /// <summary>Reads one resource of a known kind from a tree, which is changed.</summary>
    public static ParsedResource Parse(JsonNode? tree, ResourceDescriptor descriptor, bool keepStatus = false)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return tree is JsonObject fields
            ? new ResourceReader(descriptor, keepStatus).Read(fields)
            : ParsedResource.Unreadable(ResourceReader.InvalidObject(descriptor, $"expected an object, got {SchemaCheck.TypeOf(tree)}"));
    }

    /// <summary>
    /// Reads a spec alone, without the schema's rules (types must fit): what validators see when a resource comes by another way
    /// than REST.
    /// </summary>
    /// <exception cref="JsonException">A value does not fit its type.</exception>
    public static object ReadSpec(JsonNode tree, ResourceDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return tree.Deserialize(descriptor.SpecType, ModelJson.Options) ?? throw new JsonException("null is no spec");
    }

    /// <summary>Writes a resource.</summary>
    public static void Write(Utf8JsonWriter json, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(resource);
        var descriptor = resource.Descriptor;
        json.WriteStartObject();
        json.WriteString("type", descriptor.Kind);
        WriteHead(json, resource);
        if (descriptor.IsFlat)
        {
            using var spec = JsonSerializer.SerializeToDocument(resource.Spec, descriptor.SpecType, ModelJson.Options);
            foreach (var field in spec.RootElement.EnumerateObject())
            {
                field.WriteTo(json);
            }
        }
        else
        {
            json.WritePropertyName("spec");
            JsonSerializer.Serialize(json, resource.Spec, descriptor.SpecType, ModelJson.Options);
        }

        if (descriptor.StatusType is not null)
        {
            json.WritePropertyName("status");
            JsonSerializer.Serialize(
                json, resource.Status ?? Activator.CreateInstance(descriptor.StatusType), descriptor.StatusType, ModelJson.Options);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what every form of a resource begins with: mesh, name, times, labels, KRI and server names.</summary>
    public static void WriteHead(Utf8JsonWriter json, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Descriptor.Scope == ResourceScope.Mesh)
        {
            json.WriteString("mesh", resource.Mesh);
        }

        json.WriteString("name", resource.Name);
        json.WriteString("creationTime", GoText.Time(resource.CreationTime));
        json.WriteString("modificationTime", GoText.Time(resource.ModificationTime));
        if (resource.Labels.Count > 0)
        {
            json.WriteStartObject("labels");
            foreach (var (key, value) in resource.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        if (resource.Descriptor.ShortName.Length > 0)
        {
            json.WriteString("kri", resource.GetKri().ToString());
        }

        ServerNames.Write(json, resource);
    }

    /// <summary>A resource as UTF-8 JSON.</summary>
    public static byte[] ToUtf8(Resource resource)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ModelJson.Options.Encoder }))
        {
            Write(json, resource);
        }

        return buffer.ToArray();
    }

    /// <summary>A resource as a JSON tree.</summary>
    public static JsonObject ToNode(Resource resource) => JsonNode.Parse(ToUtf8(resource))!.AsObject();

    private static bool TryReadTree(ReadOnlySpan<byte> utf8, out JsonNode? tree, out string error)
    {
        try
        {
            tree = JsonNode.Parse(
                JsonText.Repair(utf8), null, new JsonDocumentOptions { MaxDepth = ModelJson.MaxDepth, AllowDuplicateProperties = false });
            error = "";
            return true;
        }
        catch (JsonException fault)
        {
            tree = null;
            error = GoJsonSyntax.ErrorOf(utf8) ?? fault.Message;
            return false;
        }
    }
}
