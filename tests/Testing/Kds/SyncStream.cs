using System.Buffers;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Kds;
using Mesh.Sync.Applying;

namespace Mesh.Testing.Kds;

/// <summary>One stream between two control planes in memory: a feed at its one end, an applying link at the other, KDS between them.</summary>
public sealed class SyncStream : IKdsSenderOwner, IAsyncDisposable
{
    private readonly KdsSender _sender;
    private readonly KdsReceiver _receiver;
    private readonly Func<KdsDelivery, Task<SyncResult>> _apply;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly ConcurrentQueue<(KdsDelivery Delivery, SyncResult Result)> _answers = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstSets = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _unanswered;
    private readonly ConcurrentQueue<string> _errors = new();
    private Task _running = Task.CompletedTask;
    private int _resources;
    private int _removed;

    private SyncStream(ResourceFeed feed, string audience, IEnumerable<string> types, bool asKuma, Func<KdsDelivery, Task<SyncResult>> apply)
    {
        var metadata = new Struct();
        if (!asKuma)
        {
            metadata.Fields["store-id"] = Value.ForString("test");
        }

        _apply = apply;
        _unanswered = new HashSet<string>(types, StringComparer.Ordinal);
        _sender = new KdsSender(feed, audience, new KdsOptions(), this);
        _receiver = new KdsReceiver(audience, metadata.ToByteArray(), new KdsOptions());
    }

    /// <summary>Resources that were sent.</summary>
    public int Resources => Volatile.Read(ref _resources);

    /// <summary>Names of removed resources that were sent.</summary>
    public int Removed => Volatile.Read(ref _removed);

    /// <summary>Texts with which the receiving end rejected.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Completes when the first delivery of every type was answered.</summary>
    public Task FirstSets => _firstSets.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Opens a stream.</summary>
    /// <param name="feed">What is sent.</param>
    /// <param name="audience">Who reads it.</param>
    /// <param name="types">What it asks for.</param>
    /// <param name="link">The receiving end: says what it holds.</param>
    /// <param name="apply">Takes deliveries.</param>
    /// <param name="asKuma">Asks and is answered as Kuma: no held versions, full sets.</param>
    public static async Task<SyncStream> OpenAsync(
        ResourceFeed feed, string audience, IReadOnlyList<string> types, SyncLink link, Func<KdsDelivery, Task<SyncResult>> apply, bool asKuma = false)
    {
        var stream = new SyncStream(feed, audience, types, asKuma, apply);
        foreach (var type in types)
        {
            stream._receiver.Ask(type, asKuma ? null : await link.HeldAsync(type));
        }

        stream._running = Task.Run(stream.RunAsync);
        return stream;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _sender.Dispose();
        _firstSets.TrySetCanceled();
    }

    void IFeedListener.FeedChanged() => _signal.Release();

    void IKdsSenderOwner.Subscribed(string type)
    {
    }

    void IKdsSenderOwner.Sent(string type, int resources, int removed, int bytes)
    {
        Interlocked.Add(ref _resources, resources);
        Interlocked.Add(ref _removed, removed);
    }

    void IKdsSenderOwner.Accepted(string type)
    {
    }

    void IKdsSenderOwner.Rejected(string type, string message) => _errors.Enqueue(message);

    void IKdsSenderOwner.TooLarge(string type, string? name, int bytes) => _errors.Enqueue($"{type} {name} is too large");

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                while (Step())
                {
                    // Until nothing is left to say.
                }

                await _signal.WaitAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends the stream.
        }
        catch (Exception fault)
        {
            _errors.Enqueue(fault.Message);
            _firstSets.TrySetException(fault);
        }
    }

    private bool Step()
    {
        var moved = false;
        while (_answers.TryDequeue(out var answer))
        {
            moved = true;
            Answer(answer.Delivery, answer.Result);
        }

        while (_receiver.TryWrite(_buffer))
        {
            moved = true;
            _sender.Receive(_buffer.WrittenSpan, 0);
            _buffer.Clear();
        }

        // Only now has the sender heard of the last answer too.
        if (_unanswered.Count == 0)
        {
            _firstSets.TrySetResult();
        }

        while (_sender.TryWrite(_buffer, 0))
        {
            moved = true;
            var delivery = _receiver.Receive(_buffer.WrittenSpan.ToArray());
            _buffer.Clear();
            _ = TakeAsync(delivery);
        }

        return moved;
    }

    private void Answer(KdsDelivery delivery, SyncResult result)
    {
        if (result.Error is { } error)
        {
            _receiver.Reject(delivery, error);
        }
        else
        {
            _receiver.Accept(delivery);
        }

        if (!delivery.MoreFollows)
        {
            _unanswered.Remove(delivery.Type);
        }
    }

    private async Task TakeAsync(KdsDelivery delivery)
    {
        try
        {
            _answers.Enqueue((delivery, await _apply(delivery)));
            _signal.Release();
        }
        catch (OperationCanceledException)
        {
            // The link was disposed of: the stream ends too.
        }
        catch (Exception fault)
        {
            _firstSets.TrySetException(fault);
        }
    }
}
