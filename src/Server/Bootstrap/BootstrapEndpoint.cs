using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Bootstrap;

/// <summary><c>POST /bootstrap</c> (contract §5.2).</summary>
public static class BootstrapEndpoint
{
    private const int MaxRequestBytes = 4 * 1024 * 1024;

    /// <summary>Serves bootstraps; needs <see cref="BootstrapService"/> among the services.</summary>
    public static IEndpointConventionBuilder MapMeshBootstrap(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/bootstrap", HandleAsync);

    private static async Task HandleAsync(HttpContext http)
    {
        try
        {
            var request = await ReadAsync(http).ConfigureAwait(false);
            var service = http.RequestServices.GetRequiredService<BootstrapService>();
            var host = http.Request.Host.Host.Trim('[', ']');
            var answer = await service.AnswerAsync(request, host, http.Connection.LocalPort, http.RequestAborted).ConfigureAwait(false);
            await WriteAsync(http, answer).ConfigureAwait(false);
        }
        catch (BootstrapException e)
        {
            Log(http).Refused(e.StatusCode, e.Message);
            await RefuseAsync(http, e).ConfigureAwait(false);
        }
    }

    private static async ValueTask<BootstrapRequest> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxRequestBytes)
        {
            throw new BootstrapException(StatusCodes.Status413PayloadTooLarge, $"the request is larger than {MaxRequestBytes} bytes");
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > MaxRequestBytes)
            {
                throw new BootstrapException(StatusCodes.Status413PayloadTooLarge, $"the request is larger than {MaxRequestBytes} bytes");
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return Parse(body);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static BootstrapRequest Parse(byte[] body)
    {
        try
        {
            return BootstrapRequest.Parse(body);
        }
        catch (JsonException e)
        {
            throw new BootstrapException(StatusCodes.Status400BadRequest, $"the request cannot be read: {e.Message}");
        }
    }

    private static async Task WriteAsync(HttpContext http, BootstrapAnswer answer)
    {
        if (!WantsJson(http.Request))
        {
            http.Response.ContentType = "text/x-yaml";
            await http.Response.WriteAsync(answer.Yaml, http.RequestAborted).ConfigureAwait(false);
            return;
        }

        var body = new JsonObject
        {
            ["bootstrap"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(answer.Yaml)),
            ["kumaSidecarConfiguration"] = new JsonObject
            {
                ["networking"] = new JsonObject { ["address"] = answer.Address },
                ["metrics"] = new JsonObject { ["aggregate"] = null },
            },
        };
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted).ConfigureAwait(false);
    }

    private static bool WantsJson(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true);

    private static async Task RefuseAsync(HttpContext http, BootstrapException refused)
    {
        http.Response.StatusCode = refused.StatusCode;
        if (refused.Message.Length > 0)
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync(refused.Message + "\n", http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static ILogger Log(HttpContext http) =>
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Mesh.Server.Bootstrap");
}
