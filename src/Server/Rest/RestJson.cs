using System.Buffers;
using System.Text.Json;
using Mesh.Server.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rest;

/// <summary>JSON answers.</summary>
internal static class RestJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an answer; the body ends with a line feed, as the contract's do.</summary>
    public static async ValueTask RespondAsync(this RestRequest request, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            write(json);
        }

        buffer.Write("\n"u8);
        var response = request.Http.Response;
        response.StatusCode = status;
        response.ContentType = MediaTypes.Json;
        response.ContentLength = buffer.WrittenCount;
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, request.Aborted);
    }

    /// <summary>An empty object, or one with the warnings of a write.</summary>
    public static ValueTask RespondAsync(this RestRequest request, int status, IReadOnlyList<string> warnings) =>
        request.RespondAsync(status, json =>
        {
            json.WriteStartObject();
            if (warnings.Count > 0)
            {
                json.WriteStartArray("warnings");
                foreach (var warning in warnings)
                {
                    json.WriteStringValue(warning);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });

    /// <summary>Plain text.</summary>
    public static async ValueTask RespondTextAsync(this RestRequest request, int status, string text)
    {
        request.Http.Response.StatusCode = status;
        request.Http.Response.ContentType = MediaTypes.PlainText;
        await request.Http.Response.WriteAsync(text, request.Aborted);
    }
}
