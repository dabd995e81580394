using System.Text.Json;
using Mesh.Model.Text;
using Mesh.Policies.Matching;

namespace Mesh.Server.Rest.Inspect;

/// <summary><c>/dataplanes/{name}/policies</c>: which policies select a proxy, by kind.</summary>
internal static class MatchedPoliciesWriter
{
    public static void Write(Utf8JsonWriter json, MatchedPolicies matched)
    {
        var kinds = matched.Kinds.OrderBy(k => k.Kind, StringComparer.Ordinal).ToList();
        json.WriteStartObject();
        json.WriteString("kind", "SidecarDataplane");
        json.WriteNumber("total", kinds.Count > 0 ? 1 : 0);
        json.WriteStartArray("items");
        if (kinds.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("type", "dataplane");
            json.WriteStartObject("matchedPolicies");
            foreach (var kind in kinds)
            {
                json.WriteStartArray(kind.Kind);
                foreach (var policy in matched.For(kind.Kind))
                {
                    json.WriteStartObject();
                    json.WriteString("type", policy.Kind);
                    ResourceJson.WriteHead(json, policy);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
