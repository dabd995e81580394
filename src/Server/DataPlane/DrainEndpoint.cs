using System.Text.Json;
using Mesh.Model.Text;
using Mesh.Server.Bootstrap;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.DataPlane;

/// <summary>
/// <c>POST /drain</c>: a proxy says that it is about to leave, and is taken out of rotation while it still serves. An extension
/// of ours: without it peers learn of a leaving only when connections to it fail.
/// </summary>
internal static class DrainEndpoint
{
    private const int MaxRequestBytes = 64 * 1024;

    public static void Map(WebApplication application, IDataplaneTokenValidator tokens, ProxyRotation rotation) =>
        application.MapPost("/drain", async (HttpContext http) =>
        {
            var request = await ReadAsync(http.Request);
            if (request is not { Mesh.Length: > 0, Name.Length: > 0 })
            {
                return Results.Text("mesh and name: must be set", statusCode: StatusCodes.Status422UnprocessableEntity);
            }

            var labels = await rotation.FindLabelsAsync(request.Mesh, request.Name, http.RequestAborted);
            if (labels is null)
            {
                return Results.StatusCode(StatusCodes.Status404NotFound);
            }

            if (tokens.IsRequired
                && await tokens.ValidateAsync(request.DataplaneToken ?? "", request.Mesh, request.Name, labels, http.RequestAborted) is { } reason)
            {
                return Results.Text($"the dataplane token is refused: {reason}", statusCode: StatusCodes.Status401Unauthorized);
            }

            await rotation.TakeOutAsync(request.Mesh, request.Name, http.RequestAborted);
            return Results.Ok();
        });

    /// <summary>Null when it cannot be read.</summary>
    private static async Task<DrainRequest?> ReadAsync(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxRequestBytes;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<DrainRequest>(request.Body, ModelJson.Options, request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }
}
