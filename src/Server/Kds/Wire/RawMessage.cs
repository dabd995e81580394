using System.Buffers;
using Grpc.Core;

namespace Mesh.Server.Kds.Wire;

/// <summary>A message as bytes: what is inside is the business of the state machines, not of gRPC.</summary>
internal sealed class RawMessage : IDisposable
{
    /// <summary>Messages below this size are sent as they are: compressing them saves nothing.</summary>
    public const int LeastCompressed = 512;

    private static readonly WriteOptions _plain = new(WriteFlags.NoCompress);

    private byte[]? _rented;

    /// <summary>A message to send.</summary>
    /// <param name="content">The encoded message; in use until it is sent.</param>
    public RawMessage(ReadOnlySequence<byte> content) => Content = content;

    /// <summary>A message to send.</summary>
    /// <param name="content">The encoded message.</param>
    public RawMessage(byte[] content)
        : this(new ReadOnlySequence<byte>(content)) => Bytes = content;

    private RawMessage(byte[] rented, int length)
    {
        _rented = rented;
        Bytes = rented.AsMemory(0, length);
        Content = new ReadOnlySequence<byte>(Bytes);
    }

    /// <summary>No bytes: the message with nothing set.</summary>
    public static RawMessage Empty { get; } = new([]);

    /// <summary>Writes and reads bytes.</summary>
    public static Marshaller<RawMessage> Marshaller { get; } = new(Write, Read);

    /// <summary>Bytes of a message that was received. They go back to a pool when it is disposed of; who does not dispose of it may keep them.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How to write it.</summary>
    public WriteOptions WriteOptions => Content.Length < LeastCompressed ? _plain : WriteOptions.Default;

    private ReadOnlySequence<byte> Content { get; }

    /// <summary>Gives the bytes back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Write(RawMessage message, SerializationContext context)
    {
        context.SetPayloadLength((int)message.Content.Length);
        var writer = context.GetBufferWriter();
        foreach (var piece in message.Content)
        {
            writer.Write(piece.Span);
        }

        context.Complete();
    }

    private static RawMessage Read(DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        var rented = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        payload.CopyTo(rented);
        return new RawMessage(rented, (int)payload.Length);
    }
}
