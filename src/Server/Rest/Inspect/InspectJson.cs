using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Server.Rest.Inspect;

/// <summary>Parts that several inspection answers share.</summary>
internal static class InspectJson
{
    /// <summary>Who a resource is: labels, mesh, name and type.</summary>
    public static void WriteMeta(Utf8JsonWriter json, Resource resource)
    {
        json.WriteStartObject();
        json.WriteStartObject("labels");
        foreach (var (key, value) in resource.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteString("mesh", resource.Mesh);
        json.WriteString("name", resource.Name);
        json.WriteString("type", resource.Kind);
        json.WriteEndObject();
    }

    /// <summary>Policies that a configuration came from, each once, weakest first.</summary>
    public static void WriteOriginKris(Utf8JsonWriter json, IEnumerable<ConfOrigin> origins)
    {
        json.WriteStartArray("origins");
        foreach (var kri in origins.Select(o => o.Policy).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("kri", kri.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Entries that a configuration came from, weakest first.</summary>
    public static void WriteOriginEntries(Utf8JsonWriter json, IEnumerable<ConfOrigin> origins)
    {
        json.WriteStartArray("origin");
        foreach (var origin in origins)
        {
            json.WriteStartObject();
            json.WritePropertyName("resourceMeta");
            WriteMeta(json, origin.Resource);
            json.WriteNumber("ruleIndex", origin.RuleIndex);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A configuration in a list of one, as the contract has it.</summary>
    public static void WriteConfList(Utf8JsonWriter json, MergedConf conf)
    {
        json.WriteStartArray("conf");
        json.WriteRawValue(conf.Json);
        json.WriteEndArray();
    }
}
