using System.Buffers;
using System.Text.Json;
using Mesh.Server.Rest.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rest.Errors;

/// <summary>Writes an error: problem JSON with all violations, under its new and its old names.</summary>
internal static class ProblemWriter
{
    private static readonly JsonWriterOptions _options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext http, RestException problem)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            Write(json, problem);
        }

        buffer.Write("\n"u8);
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = MediaTypes.Json;
        http.Response.ContentLength = buffer.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, RestException problem)
    {
        json.WriteStartObject();
        json.WriteString("type", "/std-errors");
        json.WriteNumber("status", problem.Status);
        json.WriteString("title", problem.Title);
        json.WriteString("detail", problem.Detail);
        WriteViolations(json, problem, "invalid_parameters", "reason");
        json.WriteString("details", problem.Detail);
        WriteViolations(json, problem, "causes", "message");
        json.WriteEndObject();
    }

    private static void WriteViolations(Utf8JsonWriter json, RestException problem, string name, string message)
    {
        if (problem.Violations.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var violation in problem.Violations)
        {
            json.WriteStartObject();
            json.WriteString("field", violation.Field);
            json.WriteString(message, violation.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
