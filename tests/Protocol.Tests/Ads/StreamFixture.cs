using System.Buffers;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using Google.Protobuf;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Convergence;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>An engine, one session on it, a clock that stands still, and what the session told its owner.</summary>
public abstract class StreamFixture : IAdsStreamOwner, ISnapshotListener, IDisposable
{
    protected const string ProxyId = "default.backend-1";

    private readonly Dictionary<(XdsType, string), InternedResource> _resources = [];
    private SnapshotCell? _cell;

    protected StreamFixture() => Types = new XdsTypes(Engine);

    protected ResourceEngine Engine { get; } = new();

    protected XdsTypes Types { get; }

    protected AdsOptions Options { get; set; } = new() { ControlPlaneId = "test" };

    protected long Now { get; set; } = 1_000_000;

    protected int Wakes { get; private set; }

    protected List<XdsRejection> Rejections { get; } = [];

    protected List<ClientNode> NodeChanges { get; } = [];

    protected List<XdsType> Emptied { get; } = [];

    protected List<string> TooLarge { get; } = [];

    protected int AcceptedCount { get; private set; }

    protected int AcceptedResources { get; private set; }

    protected Func<string, string, string, bool> StillGood { get; set; } = (_, _, _) => false;

    protected Node Node { get; set; } = new() { Id = ProxyId, UserAgentName = "envoy" };

    protected abstract AdsSession NewSession();

    /// <summary>Opens another stream: nothing of the one before is known.</summary>
    protected AdsSession Open()
    {
        _cell ??= Engine.Attach(ProxyId, this);
        var session = NewSession();
        session.Serve(_cell);
        return session;
    }

    /// <summary>Sets the content of a resource; it is sent with the next <see cref="Publish"/>.</summary>
    protected void Set(XdsType type, string name, string content, string? version = null)
    {
        var number = Engine.Types.Register(type.Url);
        var bytes = Content(type, name, content);
        if (_resources.Remove((type, name), out var old))
        {
            old.Dispose();
        }

        _resources[(type, name)] = version is not null
            ? Engine.InternVersioned(number, name, bytes, version)
            : type == XdsTypes.Endpoint && _resources.TryGetValue((XdsTypes.Cluster, name), out var cluster)
                ? Engine.Intern(number, name, bytes, cluster)
                : Engine.Intern(number, name, bytes);
    }

    protected void Drop(XdsType type, string name)
    {
        if (_resources.Remove((type, name), out var old))
        {
            old.Dispose();
        }
    }

    protected void DropAll(XdsType type)
    {
        foreach (var (key, _) in _resources.Where(r => r.Key.Item1 == type).ToList())
        {
            Drop(key.Item1, key.Item2);
        }
    }

    protected void Publish(bool mayBeEmptied = false, Revision? revision = null)
    {
        using var builder = Engine.BeginSnapshot();
        if (mayBeEmptied)
        {
            builder.AllowEmptying();
        }

        foreach (var resource in _resources.Values)
        {
            builder.Add(resource);
        }

        using var snapshot = builder.Build();
        Engine.Publish(ProxyId, snapshot, revision);
    }

    protected string VersionOf(XdsType type, string name) =>
        System.Text.Encoding.UTF8.GetString(Engine.VersionText(_resources[(type, name)].Ref));

    protected List<byte[]> WriteAll(AdsSession session)
    {
        var all = new List<byte[]>();
        while (true)
        {
            var writer = new ArrayBufferWriter<byte>();
            if (!session.TryWrite(writer, Now))
            {
                return all;
            }

            while (session.IsMidResponse)
            {
                var before = writer.WrittenCount;
                Assert.True(session.TryWrite(writer, Now));
                Assert.InRange(writer.WrittenCount - before, 1, 32 * 1024);
            }

            var message = writer.WrittenSpan;
            Assert.Equal(0, message[0]);
            Assert.Equal(message.Length - 5, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(message[1..]));
            all.Add(message[5..].ToArray());
        }
    }

    private static byte[] Content(XdsType type, string name, string content)
    {
        if (type == XdsTypes.Cluster)
        {
            return new Cluster { Name = name, AltStatName = content }.ToByteArray();
        }

        return type == XdsTypes.Endpoint
            ? new ClusterLoadAssignment { ClusterName = name, Endpoints = { new LocalityLbEndpoints { Priority = (uint)content.Length } } }.ToByteArray()
            : System.Text.Encoding.UTF8.GetBytes(content);
    }

    public void SnapshotChanged() => Wakes++;

    public void NodeChanged(ClientNode node) => NodeChanges.Add(node);

    public void Accepted(XdsType type, int resources)
    {
        AcceptedCount++;
        AcceptedResources += resources;
    }

    public void Rejected(XdsRejection rejection) => Rejections.Add(rejection);

    public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) =>
        StillGood(Text(name), Text(heldVersion), Text(currentVersion));

    public void EmptyingHeldBack(XdsType type) => Emptied.Add(type);

    public void ResourceTooLarge(XdsType type, string name, int bytes) => TooLarge.Add(name);

    public virtual void Dispose()
    {
        foreach (var resource in _resources.Values)
        {
            resource.Dispose();
        }

        _resources.Clear();
        Engine.Withdraw(ProxyId);
        _cell?.Detach(this);
        GC.SuppressFinalize(this);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
