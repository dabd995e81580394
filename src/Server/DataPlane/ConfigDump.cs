using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Json;
using Mesh.Model.Text;

namespace Mesh.Server.DataPlane;

/// <summary>
/// The configuration that an Envoy tells. Its bootstrap has the token by which the proxy proves who it is: nobody who may look at
/// a configuration may be that proxy.
/// </summary>
internal static class ConfigDump
{
    private const string Redacted = "[redacted]";
    private static readonly string[] _metadata = ["initial_metadata", "initialMetadata"];

    /// <summary>The same as UTF-8, with <c>[redacted]</c> for what authorizes calls, as in the contract.</summary>
    /// <exception cref="EnvoyAdminException">It is not JSON: what is not understood is not passed on.</exception>
    public static byte[] Redact(string dump)
    {
        JsonNode? tree;
        try
        {
            tree = StrictJson.Parse(Encoding.UTF8.GetBytes(dump));
        }
        catch (JsonException e)
        {
            throw new EnvoyAdminException("the proxy's answer is not JSON: " + e.Message);
        }

        foreach (var map in JsonMaps.Of(tree))
        {
            foreach (var name in _metadata)
            {
                Redact(map[name] as JsonArray ?? []);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(tree, ModelJson.Options);
    }

    private static void Redact(JsonArray headers)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers[i] is JsonObject header && IsAuthorization(header["key"]))
            {
                // Nothing else of it stays: a value may be given as text or as bytes.
                headers[i] = new JsonObject { ["key"] = header["key"]!.DeepClone(), ["value"] = Redacted };
            }
        }
    }

    private static bool IsAuthorization(JsonNode? key) =>
        key is JsonValue value && value.TryGetValue(out string? name) && name.Equals("authorization", StringComparison.OrdinalIgnoreCase);
}
