using Grpc.Core;
using Mesh.Protocol.Kds;
using Mesh.Server.Ads.Pushing;

namespace Mesh.Server.Kds.Wire;

/// <summary>
/// Moves the bytes of one stream between gRPC and a <see cref="KdsReceiver"/>: requests out, responses in. Responses are handed on
/// in their order and answered when they are applied; the peer has one of each type under way, so what waits is bounded. Alike in
/// Global and in a zone.
/// </summary>
/// <param name="receiver">The asking half, which was told what to ask for.</param>
/// <param name="apply">Applies a delivery to the own store; null: all of it was taken, else what to answer to the peer.</param>
internal sealed class ReceiverPump(KdsReceiver receiver, Func<KdsDelivery, Task<string?>> apply)
{
    private readonly AsyncSignal _signal = new();
    private readonly Lock _lock = new();

    /// <summary>Runs until the peer ends the stream, or something breaks.</summary>
    public async Task RunAsync(IAsyncStreamReader<RawMessage> responses, IAsyncStreamWriter<RawMessage> requests, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(responses, stop.Token);
        var writing = WriteAsync(requests, stop.Token);
        await StreamHalves.JoinAsync(reading, writing, stop, _signal.Set);
    }

    private async Task ReadAsync(IAsyncStreamReader<RawMessage> responses, CancellationToken cancellationToken)
    {
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            var next = responses.MoveNext(cancellationToken);
            if (await Task.WhenAny(next, broken.Task) == broken.Task)
            {
                await broken.Task;
            }

            if (!await next)
            {
                return;
            }

            KdsDelivery delivery;
            var message = responses.Current;
            lock (_lock)
            {
                delivery = receiver.Receive(message.Bytes);
            }

            _ = AnswerAsync(message, delivery, apply(delivery), broken);
        }
    }

    private async Task AnswerAsync(RawMessage message, KdsDelivery delivery, Task<string?> applying, TaskCompletionSource broken)
    {
        try
        {
            var refusal = await applying;
            lock (_lock)
            {
                if (refusal is null)
                {
                    receiver.Accept(delivery);
                }
                else
                {
                    receiver.Reject(delivery, refusal);
                }
            }

            message.Dispose();
            _signal.Set();
        }
        catch (Exception e)
        {
            broken.TrySetException(e);
        }
    }

    private async Task WriteAsync(IAsyncStreamWriter<RawMessage> requests, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer();
        while (!cancellationToken.IsCancellationRequested)
        {
            bool hasRequest;
            lock (_lock)
            {
                hasRequest = receiver.TryWrite(buffer);
            }

            if (hasRequest)
            {
                await StreamHalves.WriteAsync(requests, buffer, cancellationToken);
                continue;
            }

            await _signal.WaitAsync();
        }
    }
}
