using System.Text.Json;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Text;

namespace Mesh.Server.Rest.Resources;

/// <summary>A resource in its own form: head, then the spec at the top level or under <c>spec</c>, then the status.</summary>
internal static class ResourceJson
{
    public static void Write(Utf8JsonWriter json, Resource resource)
    {
        json.WriteStartObject();
        json.WriteString("type", resource.Kind);
        WriteHead(json, resource);
        ServiceNames.Write(json, resource);
        if (resource.Descriptor.IsFlat)
        {
            foreach (var (name, value) in ModelJson.ToNode(resource.Spec)!.AsObject())
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value, ModelJson.Options);
            }
        }
        else
        {
            json.WritePropertyName("spec");
            JsonSerializer.Serialize(json, resource.Spec, resource.Descriptor.SpecType, ModelJson.Options);
            if (resource.Descriptor.StatusType is { } statusType && (resource.Status ?? Activator.CreateInstance(statusType)) is { } status)
            {
                json.WritePropertyName("status");
                JsonSerializer.Serialize(json, status, statusType, ModelJson.Options);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>What every resource says of itself, without its type.</summary>
    public static void WriteHead(Utf8JsonWriter json, Resource resource)
    {
        if (resource.Mesh.Length > 0)
        {
            json.WriteString("mesh", resource.Mesh);
        }

        json.WriteString("name", resource.Name);
        json.WriteString("creationTime", GoText.Time(resource.CreationTime));
        json.WriteString("modificationTime", GoText.Time(resource.ModificationTime));
        WriteLabels(json, resource);
        if (resource.Descriptor.ShortName.Length > 0)
        {
            json.WriteString("kri", resource.GetKri().ToString());
        }
    }

    public static void WriteLabels(Utf8JsonWriter json, Resource resource, bool evenIfEmpty = false)
    {
        if (resource.Labels.Count == 0 && !evenIfEmpty)
        {
            return;
        }

        json.WriteStartObject("labels");
        foreach (var (key, value) in resource.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
