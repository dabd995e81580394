using System.Text;
using System.Text.Json.Nodes;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Envoy.Json;
using Mesh.Envoy.Names;
using Mesh.Model.Json;

namespace Mesh.Zone.Compile;

/// <summary>A snapshot as JSON for people: by type and name, without private keys and certificates that go with them.</summary>
internal static class ConfigJson
{
    private const string InlineBytes = "inlineBytes";
    private const string TlsCertificate = "tlsCertificate";

    internal static JsonObject Write(ResourceEngine engine, ProxySnapshot snapshot)
    {
        var result = new JsonObject();
        foreach (var typeUrl in TypeUrls.MakeBeforeBreakOrder.Order(StringComparer.Ordinal))
        {
            if (!engine.Types.TryFind(Encoding.UTF8.GetBytes(typeUrl), out var type) || snapshot[type] is not { } slice)
            {
                continue;
            }

            var byName = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
            var descriptor = EnvoyTypes.Find(typeUrl)!;
            foreach (var (name, resource) in slice)
            {
                var message = descriptor.Parser.ParseFrom(engine.Message(resource));
                var json = EnvoyJson.ToNode(message);
                if (!json.ContainsKey(TlsCertificate))
                {
                    byName[engine.Symbols.Text(name)] = typeUrl == TypeUrls.Secret ? json : Redact(json);
                }
            }

            if (byName.Count > 0)
            {
                result[typeUrl] = new JsonObject(byName.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
            }
        }

        return result;
    }

    private static JsonObject Redact(JsonObject json)
    {
        foreach (var map in JsonMaps.Of(json).Where(map => map.ContainsKey(InlineBytes)))
        {
            map[InlineBytes] = "";
        }

        return json;
    }
}
