using Grpc.Core;

namespace Mesh.Server.Kds.Wire;

/// <summary>What the two halves of a stream share.</summary>
internal static class StreamHalves
{
    /// <summary>Waits for both halves: when one ends, the other is stopped. The first fault is the stream's.</summary>
    /// <param name="wake">Wakes the writing half, which may be waiting for something to write.</param>
    public static async Task JoinAsync(Task reading, Task writing, CancellationTokenSource stop, Action wake)
    {
        await using var waking = stop.Token.Register(wake);
        var first = await Task.WhenAny(reading, writing);
        await stop.CancelAsync();
        var second = first == reading ? writing : reading;
        try
        {
            await second;
        }
        catch (Exception) when (!first.IsCompletedSuccessfully || stop.IsCancellationRequested)
        {
            // It was stopped; what the first half met counts.
        }

        await first;
    }

    /// <summary>Writes what a buffer holds and empties it.</summary>
    public static async Task WriteAsync(IAsyncStreamWriter<RawMessage> writer, PooledBuffer buffer, CancellationToken cancellationToken)
    {
        var message = new RawMessage(buffer.Written);
        writer.WriteOptions = message.WriteOptions;
        await writer.WriteAsync(message, cancellationToken);
        buffer.Reset();
    }
}
