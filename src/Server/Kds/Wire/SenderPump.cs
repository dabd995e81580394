using Grpc.Core;
using Mesh.Protocol.Kds;
using Mesh.Server.Ads.Pushing;

namespace Mesh.Server.Kds.Wire;

/// <summary>
/// Moves the bytes of one stream between gRPC and a <see cref="KdsSender"/>: requests in, responses out. Alike in Global and in a
/// zone. To be made first, because the sender wants an owner to wake; then <see cref="RunAsync"/>.
/// </summary>
/// <param name="clock">Source of time.</param>
/// <param name="observer">Is told what the peer answers; null: nobody.</param>
/// <param name="shares">What streams that write at once share; null: this one is alone.</param>
internal sealed class SenderPump(TimeProvider clock, IKdsSenderOwner? observer, ResponseShares? shares = null) : IKdsSenderOwner
{
    private readonly AsyncSignal _signal = new();
    private readonly Lock _lock = new();

    /// <summary>The peer's first request arrived and was taken. Called once, on the reading side.</summary>
    public Action? Begun { get; init; }

    /// <summary>Told the bytes of each request; null: nobody.</summary>
    public Action<long>? Received { get; init; }

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
            using (var request = requests.Current)
            {
                lock (_lock)
                {
                    sender.Receive(request.Bytes.Span, Now);
                }

                Received?.Invoke(request.Bytes.Length);
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
        using var buffer = new PooledBuffer();
        await using var timer = clock.CreateTimer(_ => _signal.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await WriteOneAsync(sender, buffer, responses, cancellationToken) is not { } deadline)
            {
                continue;
            }

            if (deadline != KdsSender.Never)
            {
                timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, deadline - Now)), Timeout.InfiniteTimeSpan);
            }

            await _signal.WaitAsync();
        }
    }

    /// <summary>Writes one response, if there is one; else says when there may be one although nothing happens.</summary>
    private async ValueTask<long?> WriteOneAsync(
        KdsSender sender, PooledBuffer buffer, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken)
    {
        var budget = shares?.Begin() ?? int.MaxValue;
        try
        {
            lock (_lock)
            {
                if (!sender.TryWrite(buffer, Now, budget))
                {
                    return sender.NextDeadline;
                }
            }

            await StreamHalves.WriteAsync(responses, buffer, cancellationToken);
            return null;
        }
        finally
        {
            shares?.End();
        }
    }
}
