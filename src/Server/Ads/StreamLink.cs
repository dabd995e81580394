using System.IO.Pipelines;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Pushing;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Ads;

/// <summary>
/// The exchange under a discovery stream: its pipes, and how it ends. It may be ended by anybody at any time until <see cref="Close"/>,
/// after which Kestrel uses the pipes for other streams.
/// </summary>
internal abstract class StreamLink
{
    private readonly HttpContext _context;

    // First reason wins.
    private EndOfStream? _end;
    private bool _isClosed;

    private protected StreamLink(AdsHost host, HttpContext context)
    {
        _context = context;
        Host = host;
        Wake = new AsyncSignal(host.Turns);
        Frames = new GrpcFrames(context.Request.BodyReader, host.Options.MaxRequestSize);
        Output = context.Response.BodyWriter;
    }

    private protected AdsHost Host { get; }

    /// <summary>Held while the session is touched; never over an await or a write to the network.</summary>
    private protected Lock Lock { get; } = new();

    /// <summary>Wakes the writing loop.</summary>
    private protected AsyncSignal Wake { get; }

    private protected GrpcFrames Frames { get; }

    private protected PipeWriter Output { get; }

    /// <summary>Why the stream ends; null: it does not.</summary>
    private protected EndOfStream? Ending => Volatile.Read(ref _end);

    private protected bool IsAborted => _context.RequestAborted.IsCancellationRequested;

    /// <summary>Ends the stream from our side.</summary>
    public void End(EndOfStream end)
    {
        lock (Lock)
        {
            if (_isClosed)
            {
                return;
            }

            SetEnd(end);
            StopOpening();
            StopWaiting();
        }
    }

    /// <summary>Tells the client to go to another connection, and ends the stream.</summary>
    public void Retire()
    {
        lock (Lock)
        {
            if (!_isClosed)
            {
                // Ending the stream alone would not move it: it would open the next one on this connection.
                _context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }
        }

        End(EndOfStream.ByServer(GrpcStatusCode.Ok, ""));
    }

    /// <summary>Ends the stream and its connection.</summary>
    private protected void Abort(EndOfStream end)
    {
        End(end);
        lock (Lock)
        {
            if (!_isClosed)
            {
                _context.Abort();
            }
        }
    }

    private protected void SetEnd(EndOfStream end) => Interlocked.CompareExchange(ref _end, end, null);

    /// <summary>Makes both loops look at <see cref="Ending"/>.</summary>
    private protected void StopWaiting()
    {
        try
        {
            Frames.Cancel();
            Output.CancelPendingFlush();
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            // The client is gone: nothing waits for it any more.
        }

        Wake.Set();
    }

    /// <summary>From now on the pipes are not touched. To be called under the lock.</summary>
    private protected void Close() => _isClosed = true;

    /// <summary>Gives up waiting for what lets the stream in.</summary>
    private protected abstract void StopOpening();
}
