using System.IO.Pipelines;
using System.Net;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Streams;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Ads.Transport;

/// <summary>A call that Kestrel carries. After it has ended Kestrel uses its pipes for other calls.</summary>
internal sealed class KestrelExchange(HttpContext context) : GrpcExchange
{
    public override StreamCredentials Credentials => new(
        context.Request.Headers.Authorization is [{ Length: > 0 } token, ..] ? token : null,
        context.Connection.ClientCertificate,
        context.Connection.RemoteIpAddress is { } peer ? new IPEndPoint(peer, context.Connection.RemotePort) : null,
        context.Request.IsHttps);

    public override PipeReader Input => context.Request.BodyReader;

    public override PipeWriter Output => context.Response.BodyWriter;

    public override CancellationToken Aborted => context.RequestAborted;

    public override CancellationToken Retired =>
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;

    /// <summary>The path and the headers would be kept for hours otherwise.</summary>
    public override void ForgetRequest()
    {
        context.Request.Headers.Clear();
        if (context.Features.Get<IHttpRequestFeature>() is { } request)
        {
            request.RawTarget = "";
            request.Path = "";
        }
    }

    public override void Retire() => context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    public override void Abort() => context.Abort();

    public override void End(GrpcStatusCode status, string message = "") => GrpcResponse.End(context, status, message);
}
