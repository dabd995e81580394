using System.Buffers;
using Grpc.Core;

namespace Mesh.Server.Kds.Wire;

/// <summary>A message as bytes: what is inside is the business of the state machines, not of gRPC.</summary>
/// <param name="Bytes">The encoded message. A message that was received owns its bytes; one that is sent may use them again afterwards.</param>
internal sealed record RawMessage(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>No bytes: the message with nothing set.</summary>
    public static RawMessage Empty { get; } = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>Messages below this size are sent as they are: compressing them saves nothing.</summary>
    public const int LeastCompressed = 512;

    /// <summary>Writes and reads bytes.</summary>
    public static Marshaller<RawMessage> Marshaller { get; } = new(
        (message, context) =>
        {
            context.SetPayloadLength(message.Bytes.Length);
            context.GetBufferWriter().Write(message.Bytes.Span);
            context.Complete();
        },
        context => new RawMessage(context.PayloadAsNewBuffer()));

    /// <summary>How to write it.</summary>
    public WriteOptions WriteOptions => Bytes.Length < LeastCompressed ? _plain : WriteOptions.Default;

    private static readonly WriteOptions _plain = new(WriteFlags.NoCompress);
}
