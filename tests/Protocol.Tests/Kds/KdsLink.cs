using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>A sender and a receiver joined by two queues of messages that the test moves along one by one.</summary>
internal sealed class KdsLink : IKdsSenderOwner, IDisposable
{
    private readonly Queue<byte[]> _requests = [];
    private readonly Queue<byte[]> _responses = [];
    private readonly HeldResources _held;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public KdsLink(ResourceFeed feed, string audience, HeldResources held, IEnumerable<string> types, bool isOurs = true, bool withVersions = true, KdsOptions? options = null)
    {
        _held = held;
        options ??= new KdsOptions();
        Sender = new KdsSender(feed, audience, options, this);
        Receiver = new KdsReceiver(audience, Metadata(isOurs), options);
        foreach (var type in types)
        {
            Receiver.Ask(type, withVersions ? held.Versions(type) : null);
        }
    }

    public KdsSender Sender { get; }

    public KdsReceiver Receiver { get; }

    public List<string> Events { get; } = [];

    public int RequestBytes { get; private set; }

    public int ResponseBytes { get; private set; }

    /// <summary>Error for the next deliveries; null: they are accepted.</summary>
    public string? Error { get; set; }

    public long Now { get; set; } = 1000;

    /// <summary>A full set was rejected: what is gone is not said again on this stream.</summary>
    public bool MustReconnect { get; private set; }

    public static byte[] Metadata(bool isOurs)
    {
        var metadata = new Struct { Fields = { ["version"] = Value.ForString("1"), ["features"] = Value.ForList(Value.ForString("hash-suffix")) } };
        if (isOurs)
        {
            metadata.Fields.Add("store-id", Value.ForString("7f1c"));
        }

        return metadata.ToByteArray();
    }

    /// <summary>The asking side says one thing more.</summary>
    public bool WriteRequest()
    {
        if (!Receiver.TryWrite(_buffer))
        {
            return false;
        }

        RequestBytes += _buffer.WrittenCount;
        _requests.Enqueue(Take());
        return true;
    }

    /// <summary>The answering side says one thing more.</summary>
    public bool WriteResponse()
    {
        if (!Sender.TryWrite(_buffer, Now))
        {
            return false;
        }

        ResponseBytes += _buffer.WrittenCount;
        _responses.Enqueue(Take());
        return true;
    }

    public bool DeliverRequest()
    {
        if (!_requests.TryDequeue(out var request))
        {
            return false;
        }

        Sender.Receive(request, Now);
        return true;
    }

    public KdsDelivery? DeliverResponse()
    {
        if (!_responses.TryDequeue(out var response))
        {
            return null;
        }

        var delivery = Receiver.Receive(response);
        if (Error is null)
        {
            _held.Apply(delivery);
            Receiver.Accept(delivery);
        }
        else
        {
            Receiver.Reject(delivery, Error);
            MustReconnect |= delivery.IsFullSet;
        }

        return delivery;
    }

    /// <summary>Moves messages until there are none.</summary>
    public List<KdsDelivery> Settle()
    {
        var deliveries = new List<KdsDelivery>();
        for (var moved = true; moved;)
        {
            moved = WriteRequest() | DeliverRequest() | WriteResponse();
            if (DeliverResponse() is { } delivery)
            {
                deliveries.Add(delivery);
                moved = true;
            }
        }

        return deliveries;
    }

    public void Dispose() => Sender.Dispose();

    public void FeedChanged() => Events.Add("changed");

    public void Subscribed(string type) => Events.Add($"{type} subscribed");

    public void Sent(string type, int resources, int removed, int bytes) => Events.Add($"{type} sent {resources}-{removed}");

    public void Accepted(string type) => Events.Add($"{type} accepted");

    public void Rejected(string type, string message) => Events.Add($"{type} rejected: {message}");

    public void TooLarge(string type, string? name, int bytes) => Events.Add($"{type} too large: {name}");

    private byte[] Take()
    {
        var message = _buffer.WrittenSpan.ToArray();
        _buffer.ResetWrittenCount();
        return message;
    }
}
