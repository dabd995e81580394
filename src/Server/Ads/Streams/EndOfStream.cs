using System.Net.Sockets;
using Mesh.Protocol.Ads;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Server.Ads.Streams;

/// <summary>How a stream ends: why, and what the client is told.</summary>
internal sealed record EndOfStream(StreamEnd Reason, GrpcStatusCode Status, string Message)
{
    /// <summary>The client closed its side, reset the stream or went away.</summary>
    public static readonly EndOfStream ByPeer = new(StreamEnd.Peer, GrpcStatusCode.Ok, "");

    /// <summary>The client no longer answers.</summary>
    public static readonly EndOfStream Silent = new(StreamEnd.Silence, GrpcStatusCode.Unavailable, "no answer");

    public static EndOfStream ByServer(GrpcStatusCode status, string message) => new(StreamEnd.Server, status, message);

    public static EndOfStream Refused(GrpcStatusCode status, string message) => new(StreamEnd.Refused, status, message);

    /// <summary>What the loss of a connection or stream means.</summary>
    public static EndOfStream Lost(Exception loss)
    {
        for (var cause = loss; cause is not null; cause = cause.InnerException)
        {
            // Kestrel gives the reason of an unanswered keep-alive ping only as text, in an exception of its own.
            if (cause is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable }
                || cause.Message.Contains("keep alive ping", StringComparison.OrdinalIgnoreCase))
            {
                return Silent;
            }
        }

        return ByPeer;
    }

    /// <summary>Whether an exception of the pipes is the loss of the connection or stream rather than a fault of ours.</summary>
    public static bool IsConnectionLoss(Exception exception) =>
        exception is IOException or OperationCanceledException or ConnectionAbortedException or ObjectDisposedException;
}
