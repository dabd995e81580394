using System.Buffers;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Kds;

namespace Mesh.Fuzz;

/// <summary>Both halves of discovery between control planes: each input is a request to the one and a response to the other.</summary>
internal sealed class KdsTarget : IFuzzTarget, IKdsSenderOwner
{
    private const int MessagesPerStream = 50;

    private static readonly string[] _types = ["Mesh", "MeshTimeout"];
    private readonly ResourceEngine _engine = new();
    private readonly ResourceFeed _feed;
    private readonly KdsOptions _options = new() { ResponseBudget = 300, MaxHeld = 1000, MaxTypes = 8 };
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly EngineCounts _atRest;
    private KdsSender? _sender;
    private KdsReceiver? _receiver;
    private int _fed;
    private long _now;

    public KdsTarget()
    {
        _feed = new ResourceFeed(_engine);
        Change(0);
        _feed.Complete();
        _atRest = _engine.Counts;
        Seeds = [.. Requests(), .. Responses()];
    }

    public string Name => "kds";

    public IReadOnlyList<byte[]> Seeds { get; }

    public IReadOnlyList<byte[]> Words { get; } =
        [.. new[] { "*", "Mesh", "MeshTimeout", "r0", "r1", "1", "2", "store-id", "mesh", "mesh;more", KdsTypes.MessageUrl }.Select(System.Text.Encoding.UTF8.GetBytes)];

    public bool Feed(byte[] input)
    {
        _now += 1000;
        Change(_fed);
        var understood = Try(() => Request(input)) | Try(() => Response(input));
        if (!understood || ++_fed % MessagesPerStream == 0)
        {
            End();
        }

        return understood;
    }

    public void Check()
    {
        End();
        Change(0);
        if (_engine.Counts != _atRest || _feed.Counts is not { Readers: 0, Tombstones: 0 })
        {
            throw new InvalidOperationException($"left behind: {_engine.Counts}, {_feed.Counts}; at rest {_atRest}");
        }
    }

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

    private static bool Try(Action take)
    {
        try
        {
            take();
            return true;
        }
        catch (KdsProtocolException)
        {
            return false;
        }
    }

    private static IEnumerable<byte[]> Requests()
    {
        var node = new Node { Id = "zone-1", Metadata = new Struct { Fields = { ["store-id"] = Value.ForString("x"), ["version"] = Value.ForString("y") } } };
        foreach (var type in _types)
        {
            yield return new DeltaDiscoveryRequest { Node = node, TypeUrl = type, ResourceNamesSubscribe = { "*" } }.ToByteArray();
            yield return new DeltaDiscoveryRequest { Node = node, TypeUrl = type, InitialResourceVersions = { ["r0"] = "v", ["x"] = "" } }.ToByteArray();
            yield return new DeltaDiscoveryRequest { TypeUrl = type, ResourceNamesUnsubscribe = { "*" } }.ToByteArray();
            for (var nonce = 1; nonce < 4; nonce++)
            {
                yield return new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = $"{nonce}" }.ToByteArray();
                yield return new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = $"{nonce}", ErrorDetail = new() { Message = "bad" } }.ToByteArray();
            }
        }
    }

    private static IEnumerable<byte[]> Responses()
    {
        foreach (var type in _types)
        {
            var response = new DeltaDiscoveryResponse { TypeUrl = type, Nonce = "1", SystemVersionInfo = "mesh;more", RemovedResources = { "r1" } };
            response.Resources.Add(new Resource { Name = "r0", Version = "v", Resource_ = new Any { TypeUrl = KdsTypes.MessageUrl, Value = ByteString.CopyFromUtf8("r1") } });
            yield return response.ToByteArray();
        }
    }

    private void Request(byte[] input)
    {
        _sender ??= new KdsSender(_feed, "zone-1", _options, this);
        _sender.Receive(input, _now);
        var written = 0;
        while (_sender.TryWrite(_output, _now))
        {
            _output.ResetWrittenCount();
            if (++written > 1000)
            {
                throw new InvalidOperationException("it never stops writing");
            }
        }
    }

    private void Response(byte[] input)
    {
        if (_receiver is null)
        {
            _receiver = new KdsReceiver("zone-1", default, _options);
            _receiver.Ask("Mesh", [new("r0", "v")]);
            _receiver.Ask("MeshTimeout", held: null);
        }

        var delivery = _receiver.Receive(input);
        foreach (var resource in delivery.Resources)
        {
            _ = resource.Payload.Span.Length;
        }

        _receiver.Accept(delivery);
        while (_receiver.TryWrite(_output))
        {
            _output.ResetWrittenCount();
        }
    }

    private void End()
    {
        _sender?.Status();
        _sender?.Dispose();
        _sender = null;
        _receiver = null;
    }

    private void Change(int generation)
    {
        foreach (var name in _types)
        {
            var type = KdsTypes.Register(_engine.Types, name);
            for (var i = 0; i < 6; i++)
            {
                if ((generation >> i) % 5 == 1)
                {
                    _feed.Remove(type, $"r{i}");
                }
                else
                {
                    _feed.Put(type, $"r{i}", new byte[(generation % 3) + (i * 30)], (generation >> i) % 7 == 2 ? "zone-1" : null);
                }
            }
        }
    }
}
