using System.IO.Pipelines;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Transport;

/// <summary>
/// One call of a streaming gRPC method, whoever carries it: messages with their prefixes in both directions, and an end. Reading and writing
/// are each for one caller at a time; <see cref="Abort"/> and <see cref="Retire"/> may come from anywhere until the exchange has ended.
/// </summary>
internal abstract class GrpcExchange
{
    /// <summary>What the call came with.</summary>
    public abstract StreamCredentials Credentials { get; }

    /// <summary>The client's messages. Its reads fail with an <see cref="IOException"/> when the client or its connection is lost.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>Our messages. A flush completes when the client's connection has taken what was written, or room is there for it.</summary>
    public abstract PipeWriter Output { get; }

    /// <summary>The client reset the stream, or its connection is lost.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>The connection was told to end.</summary>
    public abstract CancellationToken Retired { get; }

    /// <summary>Lets go of what only the begin of a stream needs, the credential among it.</summary>
    public abstract void ForgetRequest();

    /// <summary>Tells the client to open its next streams on another connection (GOAWAY).</summary>
    public abstract void Retire();

    /// <summary>Ends the stream without a status, and its connection if that takes nothing.</summary>
    public abstract void Abort();

    /// <summary>Says with which status the call ends. Once, last.</summary>
    public abstract void End(GrpcStatusCode status, string message = "");
}
