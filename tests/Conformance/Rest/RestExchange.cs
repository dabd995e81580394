using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Conformance.Rest;

/// <summary>One request and what came back.</summary>
internal sealed record RestExchange(string Id, string Session, string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string? Body, int Status, JsonNode? Answer)
{
    public static RestExchange Parse(string line)
    {
        var node = JsonNode.Parse(line)!;
        var request = node["request"]!;
        var response = node["response"]!;
        var headers = (request["headers"] as JsonObject ?? []).ToDictionary(h => h.Key, h => h.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase);
        return new RestExchange(
            node["id"]!.GetValue<string>(),
            node["session"]!.GetValue<string>(),
            request["method"]!.GetValue<string>(),
            request["path"]!.GetValue<string>(),
            request["query"]?.GetValue<string>() ?? "",
            headers,
            BodyOf(request["body"], headers),
            response["status"]!.GetValue<int>(),
            response["body"]?.DeepClone());
    }

    /// <summary>Sends the request as it was sent.</summary>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Path + (Query.Length > 0 ? "?" + Query : ""));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
        }

        foreach (var (name, value) in Headers)
        {
            if (name.Equals("content-type", StringComparison.OrdinalIgnoreCase))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else if (name is not ("content-length" or "host"))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>A recorded null with a length is the JSON value null; without one there was no body.</summary>
    private static string? BodyOf(JsonNode? body, IReadOnlyDictionary<string, string> headers) => body switch
    {
        null => headers.TryGetValue("content-length", out var length) && length == "4" ? "null" : null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => body.ToJsonString(),
    };
}
