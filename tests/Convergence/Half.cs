using System.Buffers;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Kds;
using Mesh.Sync.Applying;

namespace Mesh.Convergence;

/// <summary>One of the two streams between a zone and Global: one side sends from its feed, the other applies to its store. Messages lie in two queues.</summary>
internal sealed class Half : IKdsSenderOwner, IDisposable
{
    private readonly KdsSender _sender;
    private readonly KdsReceiver _receiver;
    private readonly Func<KdsDelivery, Task<SyncResult>> _apply;
    private readonly Queue<byte[]> _requests = [];
    private readonly Queue<byte[]> _responses = [];
    private readonly List<(KdsDelivery Delivery, Task<SyncResult> Result)> _applying = [];
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public Half(
        ResourceFeed feed, string audience, KdsReceiver receiver, KdsOptions options, Func<KdsDelivery, Task<SyncResult>> apply)
    {
        (_receiver, _apply) = (receiver, apply);
        _sender = new KdsSender(feed, audience, options, this);
    }

    /// <summary>When it would say something although nothing happens.</summary>
    public long NextDeadline => _sender.NextDeadline;

    /// <summary>What the peer refuses, and why.</summary>
    public IEnumerable<string> Refusals => _sender.Status().Where(t => t.LastError is not null).Select(t => $"{t.Type} is refused: {t.LastError}\n");

    /// <summary>One message arrives. False: none is on its way.</summary>
    public bool Deliver(bool requestsFirst, long now) =>
        requestsFirst ? DeliverRequest(now) || DeliverResponse() : DeliverResponse() || DeliverRequest(now);

    /// <summary>Both sides write what they have to say, and answer what was applied.</summary>
    public bool Write(long now)
    {
        var wrote = false;

        // Not in order: an early delivery may wait for a later one.
        foreach (var (delivery, result) in _applying)
        {
            if (result.IsCompleted)
            {
                Answer(delivery, result);
            }
        }

        _applying.RemoveAll(a => a.Result.IsCompleted);
        for (; _receiver.TryWrite(_buffer); wrote = true)
        {
            _requests.Enqueue(Take());
        }

        for (; _sender.TryWrite(_buffer, now); wrote = true)
        {
            _responses.Enqueue(Take());
        }

        return wrote;
    }

    /// <summary>Waits until everything is applied but what waits for others by design.</summary>
    public async Task AppliedAsync(int collected)
    {
        while (_applying.Count(a => !a.Result.IsCompleted) > collected)
        {
            await Task.Yield();
        }
    }

    public void Dispose() => _sender.Dispose();

    public void FeedChanged()
    {
    }

    public void Subscribed(string type)
    {
    }

    public void Sent(string type, int resources, int removed, int bytes)
    {
    }

    public void Accepted(string type)
    {
    }

    public void Rejected(string type, string message)
    {
    }

    public void TooLarge(string type, string? name, int bytes)
    {
    }

    private void Answer(KdsDelivery delivery, Task<SyncResult> result)
    {
        if (result.Result.Error is { } error)
        {
            _receiver.Reject(delivery, error);
        }
        else
        {
            _receiver.Accept(delivery);
        }
    }

    private bool DeliverRequest(long now)
    {
        if (!_requests.TryDequeue(out var request))
        {
            return false;
        }

        _sender.Receive(request, now);
        return true;
    }

    private bool DeliverResponse()
    {
        if (!_responses.TryDequeue(out var response))
        {
            return false;
        }

        var delivery = _receiver.Receive(response);
        _applying.Add((delivery, _apply(delivery)));
        return true;
    }

    private byte[] Take()
    {
        var message = _buffer.WrittenSpan.ToArray();
        _buffer.ResetWrittenCount();
        return message;
    }
}
