using System.Buffers;
using System.Text;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;

namespace Mesh.Check;

/// <summary>A session of a <see cref="PushScenario"/> with its client: what the one writes, the other accepts.</summary>
internal sealed class PushStream : IAdsStreamOwner, ISnapshotListener, IDisposable
{
    /// <summary>The field of a nonce: tag, length and digits.</summary>
    private const int MaxNonce = 12;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Dictionary<XdsType, byte[]> _acks = [];
    private readonly AdsSession _session;
    private readonly SnapshotCell _cell;
    private readonly bool _isDelta;
    private readonly Fault _fault;
    private long _now;

    public PushStream(ResourceEngine engine, XdsTypes types, string proxyId, bool isDelta, int resources, Fault fault)
    {
        (_isDelta, _fault) = (isDelta, fault);
        _cell = engine.Attach(proxyId, this);
        var options = new AdsOptions { ControlPlaneId = "bench" };
        _session = isDelta ? new DeltaSession(engine, types, options, this) : new StateSession(engine, types, options, this);
        _session.Serve(_cell);
        foreach (var type in new[] { XdsTypes.Cluster, XdsTypes.Endpoint, XdsTypes.Listener })
        {
            var request = Request(type, resources);
            _session.Receive([.. Node(), .. request], _now);
            _acks.Add(type, [.. _isDelta ? Request(type, 0) : request, .. new byte[MaxNonce]]);
        }
    }

    /// <summary>What was written last, with gRPC's prefix.</summary>
    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>Writes a response, or a piece of a large one. Its size; 0: there is nothing to write.</summary>
    public int Write()
    {
        _now += 10;
        _output.ResetWrittenCount();
        if (!_session.TryWrite(_output, _now))
        {
            return 0;
        }

        Faults.Allocate(_fault);
        if (_fault == Fault.SendsAgain)
        {
            _output.Write(_output.WrittenSpan);
        }

        return _output.WrittenCount;
    }

    /// <summary>The client accepts the response, once it has all of it.</summary>
    public void Accept()
    {
        if (!_session.IsMidResponse)
        {
            _session.Receive(Ack(), _now);
        }
    }

    /// <summary>The acceptance of the newest response: state of the world repeats all names.</summary>
    public ReadOnlySpan<byte> Ack()
    {
        var ack = _acks[_session.LastType!].AsSpan();
        var nonce = ack[^MaxNonce..];
        _session.ResponseCount.TryFormat(nonce[2..], out var digits);
        nonce[0] = _isDelta ? (byte)0x32 : (byte)0x2A;
        nonce[1] = (byte)digits;
        return ack[..^(MaxNonce - 2 - digits)];
    }

    public void Dispose()
    {
        _session.Dispose();
        _cell.Detach(this);
    }

    void ISnapshotListener.SnapshotChanged()
    {
    }

    void IAdsStreamOwner.NodeChanged(ClientNode node)
    {
    }

    void IAdsStreamOwner.Accepted(XdsType type, int resources) => Faults.Allocate(_fault);

    void IAdsStreamOwner.Rejected(XdsRejection rejection) => throw new InvalidOperationException(rejection.Message);

    bool IAdsStreamOwner.IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

    void IAdsStreamOwner.EmptyingHeldBack(XdsType type)
    {
    }

    void IAdsStreamOwner.ResourceTooLarge(XdsType type, string name, int bytes)
    {
    }

    // Node { id = 1 } is field 1 of a delta request and 2 of the other; type_url is 2 and 4, the names are 3, the nonce is 6 and 5.
    private byte[] Node() => [_isDelta ? (byte)0x0A : (byte)0x12, 7, 0x0A, 5, .. "bench"u8];

    private byte[] Request(XdsType type, int resources)
    {
        var request = new ArrayBufferWriter<byte>();
        Field(request, _isDelta ? (byte)0x12 : (byte)0x22, Encoding.UTF8.GetBytes(type.Url));
        for (var i = 0; i < resources && type == XdsTypes.Endpoint; i++)
        {
            Field(request, 0x1A, Encoding.UTF8.GetBytes(PushScenario.NameOf(i)));
        }

        return request.WrittenSpan.ToArray();
    }

    private static void Field(ArrayBufferWriter<byte> request, byte tag, ReadOnlySpan<byte> bytes)
    {
        request.Write([tag, (byte)bytes.Length]);
        request.Write(bytes);
    }
}
