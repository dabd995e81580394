using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Relay;

/// <summary>A call that is none of discovery, health checking for one: bytes go both ways unread.</summary>
internal static class PassThrough
{
    public static async Task<RelayStatus> RunAsync(AdsRelay relay, HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, relay.Stopping);
        using var call = relay.Channel.Open(context.Request.Path, ending.Token);
        var sending = Task.CompletedTask;
        try
        {
            if (await call.ConnectAsync(ending.Token).ConfigureAwait(false) is { } upstream)
            {
                sending = SendAsync(call, context.Request.BodyReader, upstream, ending.Token);
            }

            await CopyAsync(await call.AnswerAsync(ending.Token).ConfigureAwait(false), context.Response.Body, ending.Token).ConfigureAwait(false);
            return call.Status();
        }
        catch (Exception e) when (UpstreamChannel.IsLoss(e))
        {
            return new RelayStatus(RelayStatus.Unavailable, $"the control plane cannot be reached: {(e.InnerException ?? e).Message}");
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }
    }

    private static async Task SendAsync(UpstreamCall call, PipeReader from, Stream to, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(from, to, cancellationToken).ConfigureAwait(false);
            call.Complete();
        }
        catch (Exception e) when (UpstreamChannel.IsLoss(e))
        {
            // The other direction sees the same loss.
        }
    }

    private static async Task CopyAsync(PipeReader from, Stream to, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await from.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var part in result.Buffer)
            {
                await to.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            }

            from.AdvanceTo(result.Buffer.End);
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
