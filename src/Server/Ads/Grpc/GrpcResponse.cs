using System.Globalization;
using Mesh.Protocol.Ads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mesh.Server.Ads.Grpc;

/// <summary>What gRPC asks of an HTTP/2 exchange.</summary>
internal static class GrpcResponse
{
    /// <summary>Whether a request is a gRPC call.</summary>
    /// <param name="contentType">Its content type; null: none.</param>
    public static bool IsGrpc(string? contentType) => contentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Checks that the request is gRPC and opens it for a stream without end. False: answered already.</summary>
    public static bool TryBegin(HttpContext context)
    {
        if (!IsGrpc(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (context.Request.Protocol != "HTTP/2")
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return false;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        context.Response.ContentType = "application/grpc";
        return true;
    }

    /// <summary>Ends the exchange with a status.</summary>
    public static void End(HttpContext context, GrpcStatusCode status, string message = "")
    {
        if (!context.Response.SupportsTrailers())
        {
            return;
        }

        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0)
        {
            context.Response.AppendTrailer("grpc-message", GrpcMessage.Encode(message));
        }
    }
}
