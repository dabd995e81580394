using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads.Streams;

/// <summary>What a session tells of its stream: to the log, to the counters, and to the rest of the control plane.</summary>
internal sealed class StreamReports(AdsHost host, long id) : IAdsStreamOwner
{
    private ProxyStream? _stream;

    /// <summary>The rest of the control plane; null while the stream is not let in.</summary>
    public IProxyConnection? Connection { get; private set; }

    /// <summary>The stream is let in.</summary>
    public void Take(IProxyConnection connection, ProxyStream stream)
    {
        _stream = stream;
        Connection = connection;
    }

    public void NodeChanged(ClientNode node) => Connection?.NodeChanged(node);

    public void Accepted(XdsType type, int resources)
    {
        host.Metrics.Accepted.Add(type);
        Connection?.Accepted(type, resources);
    }

    public void Rejected(XdsRejection rejection)
    {
        host.Metrics.Rejected.Add(1, new KeyValuePair<string, object?>("type", rejection.Type.ShortName));
        host.Log.Rejected(id, Node, rejection);
        Connection?.Rejected(rejection);
    }

    public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) =>
        Connection?.IsStillGood(type, name, heldVersion, currentVersion) ?? false;

    public void EmptyingHeldBack(XdsType type)
    {
        host.Log.EmptyingHeldBack(id, Node, type.ShortName);
        Connection?.EmptyingHeldBack(type);
    }

    public void ResourceTooLarge(XdsType type, string name, int bytes)
    {
        host.Log.ResourceTooLarge(id, Node, type.ShortName, name, bytes);
        Connection?.ResourceTooLarge(type, name, bytes);
    }

    private string? Node => _stream?.Node.Id;
}
