using System.Buffers;
using System.Text;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;

namespace Mesh.Check;

/// <summary>A stream of a proxy whose view goes back and forth between two snapshots, and what a push costs it.</summary>
public sealed class PushScenario : IAdsStreamOwner, ISnapshotListener, IDisposable
{
    private const string ProxyId = "bench.proxy";
    private const int WarmUp = 2_000;
    private const int Rounds = 20_000;
    private const int FewResources = 10;
    private const int FirstChanged = 7;
    private const int ClusterBytes = 600;
    private const int EndpointBytes = 300;
    private const int ListenerBytes = 2_000;

    /// <summary>Bytes of name, version, type url and nonce in a response with one resource: less than any resource has.</summary>
    private const int FramingAllowed = 280;

    private readonly ResourceEngine _engine = new();
    private readonly ProxySnapshot[] _views = new ProxySnapshot[2];
    private readonly Output _output = new();
    private readonly AdsSession _session;
    private readonly SnapshotCell _cell;
    private readonly byte[] _ack = new byte[256];
    private readonly string _typeUrl;
    private readonly Fault _fault;
    private readonly int _rounds;
    private long _now;
    private long _sent;

    private PushScenario(string name, bool isDelta, XdsType changed, int resources, int changes, int[] contents, Fault fault)
    {
        Name = name;
        _rounds = Math.Max(resources / 1000, changes) > FewResources ? Rounds / 20 : Rounds;
        SentAllowed = contents.Sum(content => content + FramingAllowed);
        _fault = fault;
        _typeUrl = changed.Url;
        var types = new XdsTypes(_engine);
        for (var i = 0; i < 2; i++)
        {
            _views[i] = View(changed, resources, changes, i);
        }

        _cell = _engine.Attach(ProxyId, this);
        var options = new AdsOptions { ControlPlaneId = "bench" };
        _session = isDelta ? new DeltaSession(_engine, types, options, this) : new StateSession(_engine, types, options, this);
        _session.Serve(_cell);
        foreach (var type in new[] { XdsTypes.Cluster, XdsTypes.Endpoint, XdsTypes.Listener })
        {
            _session.Receive(Subscribe(isDelta, type, resources), _now);
        }

        IsDelta = isDelta;
    }

    /// <summary>What is measured.</summary>
    public string Name { get; }

    /// <summary>Bytes that a push may allocate.</summary>
    public static double Allowed => 0;

    /// <summary>Bytes that a push may send: what changed, once.</summary>
    public double SentAllowed { get; }

    private bool IsDelta { get; }

    /// <summary>The scenarios of the gate.</summary>
    /// <param name="fault">What the push path is to do wrong.</param>
    public static IEnumerable<PushScenario> All(Fault fault = Fault.None)
    {
        yield return new PushScenario("delta, 1 of 200 load assignments changes", true, XdsTypes.Endpoint, 200, 1, [EndpointBytes], fault);
        yield return new PushScenario("delta, 200 of 200 load assignments change", true, XdsTypes.Endpoint, 200, 200, [.. Enumerable.Repeat(EndpointBytes, 200)], fault);
        yield return new PushScenario("delta, 1 of 200 clusters changes, its assignment follows", true, XdsTypes.Cluster, 200, 1, [ClusterBytes, EndpointBytes], fault);
        yield return new PushScenario("delta, 1 of 20 listeners changes", true, XdsTypes.Listener, 20, 1, [ListenerBytes], fault);
        yield return new PushScenario("delta, 1 of 20000 load assignments changes", true, XdsTypes.Endpoint, 20_000, 1, [EndpointBytes], fault);
    }

    /// <summary>One push: a view is published, the stream writes it, its client accepts. Only writing and accepting are counted.</summary>
    public long Push(int round)
    {
        _engine.Publish(ProxyId, _views[round & 1]);
        _now += 10;
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (_session.TryWrite(_output, _now))
        {
            if (_fault == Fault.SendsAgain)
            {
                _output.Repeat();
            }

            _sent += _output.Clear();
            _session.Receive(Ack(_session.LastType), _now);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Bytes allocated and sent per push after a warm-up.</summary>
    public (double Allocated, double Sent) Measure()
    {
        for (var i = 0; i < WarmUp; i++)
        {
            Push(i);
        }

        var (allocated, sent) = (0L, _sent);
        for (var i = 0; i < _rounds; i++)
        {
            allocated += Push(i);
        }

        return ((double)allocated / _rounds, (double)(_sent - sent) / _rounds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _cell.Detach(this);
        _engine.Withdraw(ProxyId);
        foreach (var view in _views)
        {
            view.Dispose();
        }
    }

    private ProxySnapshot View(XdsType changed, int resources, int changes, int variant)
    {
        using var builder = _engine.BeginSnapshot();
        var clusters = _engine.Types.Register(XdsTypes.Cluster.Url);
        var endpoints = _engine.Types.Register(XdsTypes.Endpoint.Url);
        var listeners = _engine.Types.Register(XdsTypes.Listener.Url);
        for (var i = 0; i < resources; i++)
        {
            var name = $"kri_msvc_default_zone_ns_service-{i}_http";
            var content = (i + resources - FirstChanged) % resources < changes ? variant : 0;
            using var cluster = _engine.Intern(clusters, name, Content(changed == XdsTypes.Cluster ? content : 0, ClusterBytes));
            using var endpoint = _engine.Intern(endpoints, name, Content(changed == XdsTypes.Endpoint ? content : 0, EndpointBytes), cluster);
            using var listener = _engine.Intern(listeners, name, Content(changed == XdsTypes.Listener ? content : 0, ListenerBytes));
            builder.Add(cluster).Add(endpoint).Add(listener);
        }

        return builder.Build();
    }

    private static byte[] Content(int variant, int length)
    {
        var bytes = new byte[length];
        bytes[0] = (byte)(variant + 1);
        return bytes;
    }

    private static byte[] Subscribe(bool isDelta, XdsType type, int resources)
    {
        var request = new ArrayBufferWriter<byte>();
        // Node { id = 1 } is field 1 of a delta request and 2 of the other; type_url is 2 and 4, the names are 3.
        Field(request, isDelta ? (byte)0x0A : (byte)0x12, [0x0A, 5, .. "bench"u8]);
        Field(request, isDelta ? (byte)0x12 : (byte)0x22, Encoding.UTF8.GetBytes(type.Url));
        for (var i = 0; i < resources && type == XdsTypes.Endpoint; i++)
        {
            Field(request, 0x1A, Encoding.UTF8.GetBytes($"kri_msvc_default_zone_ns_service-{i}_http"));
        }

        return request.WrittenSpan.ToArray();
    }

    private static void Field(ArrayBufferWriter<byte> request, byte tag, ReadOnlySpan<byte> bytes)
    {
        request.Write([tag, (byte)bytes.Length]);
        request.Write(bytes);
    }

    /// <summary>The acceptance of the newest response.</summary>
    private ReadOnlySpan<byte> Ack(XdsType? type)
    {
        var url = type?.Url ?? _typeUrl;
        var span = _ack.AsSpan();
        span[0] = IsDelta ? (byte)0x12 : (byte)0x22;
        span[1] = (byte)url.Length;
        Encoding.UTF8.GetBytes(url, span[2..]);
        var at = 2 + url.Length;
        _session.ResponseCount.TryFormat(span[(at + 2)..], out var digits);
        span[at] = IsDelta ? (byte)0x32 : (byte)0x2A;
        span[at + 1] = (byte)digits;
        return span[..(at + 2 + digits)];
    }

    void ISnapshotListener.SnapshotChanged()
    {
    }

    void IAdsStreamOwner.NodeChanged(ClientNode node)
    {
    }

    void IAdsStreamOwner.Accepted(XdsType type, int resources) => Faults.Allocate(_fault);

    void IAdsStreamOwner.Rejected(XdsRejection rejection)
    {
    }

    bool IAdsStreamOwner.IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

    void IAdsStreamOwner.EmptyingHeldBack(XdsType type)
    {
    }

    void IAdsStreamOwner.ResourceTooLarge(XdsType type, string name, int bytes)
    {
    }

    /// <summary>A buffer that is emptied and kept.</summary>
    private sealed class Output : IBufferWriter<byte>
    {
        private byte[] _bytes = new byte[64 * 1024];
        private int _used;

        /// <summary>Empties it.</summary>
        /// <returns>Bytes that were in it.</returns>
        public int Clear()
        {
            var used = _used;
            _used = 0;
            return used;
        }

        /// <summary>Writes what is in it once more.</summary>
        public void Repeat()
        {
            var used = _used;
            Room(used);
            _bytes.AsSpan(0, used).CopyTo(_bytes.AsSpan(used));
            _used = 2 * used;
        }

        public void Advance(int count) => _used += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(_used);

        public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(_used);

        private byte[] Room(int sizeHint)
        {
            if (_bytes.Length - _used < Math.Max(sizeHint, 1))
            {
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + sizeHint));
            }

            return _bytes;
        }
    }
}
