using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Model.Text;

namespace Mesh.Server.Rest.Resources;

/// <summary>A resource together with what was observed of it, e.g. a Dataplane and its insight.</summary>
internal static class OverviewWriter
{
    public static void Write(Utf8JsonWriter json, Resource resource, ResourceDescriptor insightKind, Resource? insight, bool alwaysShowInsight)
    {
        json.WriteStartObject();
        json.WriteString("type", resource.Kind + "Overview");
        ResourceJson.WriteHead(json, resource);
        json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(resource.Kind));
        JsonSerializer.Serialize(json, resource.Spec, resource.Descriptor.SpecType, ModelJson.Options);
        if (insight is not null)
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(insightKind.Kind));
            JsonSerializer.Serialize(json, insight.Spec, insightKind.SpecType, ModelJson.Options);
        }
        else if (alwaysShowInsight)
        {
            json.WriteStartObject(JsonNamingPolicy.CamelCase.ConvertName(insightKind.Kind));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
