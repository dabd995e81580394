using System.IO.Pipelines;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Pushing;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Streams;

/// <summary>
/// The exchange under a discovery stream: its pipes, and how it ends. It may be ended by anybody at any time until <see cref="Close"/>,
/// after which the pipes may be those of other streams.
/// </summary>
internal abstract class StreamLink
{
    private readonly GrpcExchange _exchange;

    // First reason wins.
    private EndOfStream? _end;
    private bool _isClosed;

    private protected StreamLink(AdsHost host, GrpcExchange exchange)
    {
        _exchange = exchange;
        Host = host;
        Wake = new AsyncSignal(host.Turns);
        Frames = new GrpcFrames(exchange.Input, host.Options.MaxRequestSize, host.Unfinished);
        Output = exchange.Output;
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

    private protected bool IsAborted => _exchange.Aborted.IsCancellationRequested;

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
        var end = EndOfStream.ByServer(GrpcStatusCode.Ok, "");
        // Before the client knows: it may be faster to leave than this thread to go on, and that it left is then no reason of its own.
        SetEnd(end);
        lock (Lock)
        {
            if (!_isClosed)
            {
                // Ending the stream alone would not move it: it would open the next one on this connection.
                _exchange.Retire();
            }
        }

        End(end);
    }

    /// <summary>Ends the stream and its connection.</summary>
    private protected void Abort(EndOfStream end)
    {
        End(end);
        lock (Lock)
        {
            if (!_isClosed)
            {
                _exchange.Abort();
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
