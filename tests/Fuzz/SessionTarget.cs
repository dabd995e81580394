using System.Buffers;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;

namespace Mesh.Fuzz;

/// <summary>A session that gets mutated requests and must answer or refuse them, and leave nothing behind.</summary>
internal sealed class SessionTarget : IFuzzTarget, IAdsStreamOwner, ISnapshotListener
{
    private const int RequestsPerStream = 50;

    private readonly bool _isDelta;
    private readonly ResourceEngine _engine = new();
    private readonly XdsTypes _types;
    private readonly AdsOptions _options = new() { MaxNames = 1000, ResponseBudget = 4096 };
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly SnapshotCell _cell;
    private readonly byte[] _first;
    private readonly EngineCounts _atRest;
    private AdsSession? _session;
    private int _fed;
    private long _now;

    public SessionTarget(bool isDelta)
    {
        _isDelta = isDelta;
        _types = new XdsTypes(_engine);
        _cell = _engine.Attach("fuzz", this);
        Publish(0);
        _atRest = _engine.Counts;
        var node = new Node { Id = "fuzz", UserAgentName = "envoy" };
        _first = isDelta
            ? new DeltaDiscoveryRequest { Node = node, TypeUrl = XdsTypes.Cluster.Url }.ToByteArray()
            : new DiscoveryRequest { Node = node, TypeUrl = XdsTypes.Cluster.Url }.ToByteArray();
        Seeds = isDelta ? SeedRequests.Delta(node) : SeedRequests.State(node);
    }

    public string Name => _isDelta ? "delta" : "sotw";

    public IReadOnlyList<byte[]> Seeds { get; }

    public IReadOnlyList<byte[]> Words => SeedRequests.Words;

    public bool Feed(byte[] input)
    {
        _session ??= NewSession();
        _now += 100;
        var understood = true;
        try
        {
            _session.Receive(input, _now);
            Publish(_fed);
            Write();
        }
        catch (AdsProtocolException)
        {
            understood = false;
        }

        if (!understood || ++_fed % RequestsPerStream == 0)
        {
            End();
        }

        return understood;
    }

    public void Check()
    {
        End();
        Publish(0);
        if (_engine.Counts != _atRest)
        {
            throw new InvalidOperationException($"left behind: {_engine.Counts}, at rest {_atRest}");
        }
    }

    private AdsSession NewSession()
    {
        AdsSession session = _isDelta
            ? new DeltaSession(_engine, _types, _options, this)
            : new StateSession(_engine, _types, _options, this);
        session.Serve(_cell);
        session.Receive(_first, _now);
        return session;
    }

    private void Write()
    {
        var responses = 0;
        while (_session!.TryWrite(_output, _now))
        {
            _output.ResetWrittenCount();
            if (!_session.IsMidResponse && ++responses > 10_000)
            {
                throw new InvalidOperationException("it never stops writing");
            }
        }
    }

    private void End()
    {
        _session?.Status();
        _session?.Dispose();
        _session = null;
    }

    private void Publish(int generation)
    {
        using var builder = _engine.BeginSnapshot();
        for (var i = 0; i < 6; i++)
        {
            if ((generation >> i) % 5 != 1)
            {
                var content = new byte[(generation % 3) + (i * 100)];
                builder.Add(_engine.Types.Register(XdsTypes.Cluster.Url), $"c{i}", content);
                builder.Add(_engine.Types.Register(XdsTypes.Endpoint.Url), $"c{i}", content);
                builder.Add(_engine.Types.Register(XdsTypes.Listener.Url), $"l{i}", content);
                builder.Add(_engine.Types.Register(XdsTypes.Secret.Url), $"s{i}", content);
            }
        }

        using var snapshot = builder.Build();
        _engine.Publish("fuzz", snapshot);
    }

    public void SnapshotChanged()
    {
    }

    public void NodeChanged(ClientNode node)
    {
    }

    public void Accepted(XdsType type, int resources)
    {
    }

    public void Rejected(XdsRejection rejection)
    {
    }

    public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => heldVersion.Length % 2 == 0;

    public void EmptyingHeldBack(XdsType type)
    {
    }

    public void ResourceTooLarge(XdsType type, string name, int bytes)
    {
    }
}
