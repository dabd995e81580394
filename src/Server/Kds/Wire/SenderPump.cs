using System.Buffers;
using Grpc.Core;
using Mesh.Protocol.Kds;
using Mesh.Server.Ads;

namespace Mesh.Server.Kds.Wire;

/// <summary>
/// Moves the bytes of one stream between gRPC and a <see cref="KdsSender"/>: requests in, responses out. Alike in Global and in a
/// zone. To be made first, because the sender wants an owner to wake; then <see cref="RunAsync"/>.
/// </summary>
/// <param name="clock">Source of time.</param>
/// <param name="observer">Is told what the peer answers; null: nobody.</param>
internal sealed class SenderPump(TimeProvider clock, IKdsSenderOwner? observer) : IKdsSenderOwner
{
    private readonly AsyncSignal _signal = new();
    private readonly Lock _lock = new();

    /// <summary>The peer's first request arrived and was taken. Called once, on the reading side.</summary>
    public Action? Begun { get; init; }

    /// <summary>Runs until the peer ends the stream, or something breaks.</summary>
    public async Task RunAsync(
        KdsSender sender, IAsyncStreamReader<RawMessage> requests, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(sender, requests, stop.Token);
        var writing = WriteAsync(sender, responses, stop.Token);
        await StreamHalves.JoinAsync(reading, writing, stop, _signal.Set);
    }

    /// <summary>State of a sender that this pump runs.</summary>
    public IReadOnlyList<KdsTypeStatus> StatusOf(KdsSender sender)
    {
        lock (_lock)
        {
            return sender.Status();
        }
    }

    /// <inheritdoc/>
    public void FeedChanged() => _signal.Set();

    /// <inheritdoc/>
    public void Subscribed(string type) => observer?.Subscribed(type);

    /// <inheritdoc/>
    public void Sent(string type, int resources, int removed, int bytes) => observer?.Sent(type, resources, removed, bytes);

    /// <inheritdoc/>
    public void Accepted(string type) => observer?.Accepted(type);

    /// <inheritdoc/>
    public void Rejected(string type, string message) => observer?.Rejected(type, message);

    /// <inheritdoc/>
    public void TooLarge(string type, string? name, int bytes) => observer?.TooLarge(type, name, bytes);

    private long Now => (long)clock.GetElapsedTime(0).TotalMilliseconds;

    private async Task ReadAsync(KdsSender sender, IAsyncStreamReader<RawMessage> requests, CancellationToken cancellationToken)
    {
        var isFirst = true;
        while (await requests.MoveNext(cancellationToken))
        {
            lock (_lock)
            {
                sender.Receive(requests.Current.Bytes.Span, Now);
            }

            if (isFirst)
            {
                isFirst = false;
                Begun?.Invoke();
            }

            _signal.Set();
        }
    }

    private async Task WriteAsync(KdsSender sender, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var timer = clock.CreateTimer(_ => _signal.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!cancellationToken.IsCancellationRequested)
        {
            bool hasResponse;
            long deadline;
            lock (_lock)
            {
                hasResponse = sender.TryWrite(buffer, Now);
                deadline = sender.NextDeadline;
            }

            if (hasResponse)
            {
                await StreamHalves.WriteAsync(responses, buffer, cancellationToken);
                continue;
            }

            // Idle streams keep no large buffer: there may be hundreds.
            buffer = StreamHalves.Trim(buffer);
            if (deadline != KdsSender.Never)
            {
                timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, deadline - Now)), Timeout.InfiniteTimeSpan);
            }

            await _signal.WaitAsync();
        }
    }
}
