using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Zone;
using Mesh.Zone.Ingest;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.DataPlane;

/// <summary>Tells the zone of proxies that come and go, and registers the Dataplanes that they bring along.</summary>
internal sealed class ProxyRegistry(ZonePipeline pipeline, IResourceStore store, DataplaneRegistration registration, ILogger logger) : IProxyRegistry
{
    public async ValueTask<IProxyConnection> ConnectAsync(ProxyStream stream, CancellationToken cancellationToken)
    {
        var proxy = NodeReader.KeyOf(stream.Node);
        var metadata = NodeReader.MetadataOf(stream.Node);
        if (await store.GetAsync(new ResourceKey(MeshKind.Name, "", proxy.Mesh), cancellationToken) is null)
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, $"there is no mesh \"{proxy.Mesh}\"");
        }

        if (metadata.DataplaneResource.Length > 0)
        {
            await registration.RegisterAsync(proxy, metadata.DataplaneResource, cancellationToken);
        }

        // A proxy is better served late than with half of what it needs.
        await pipeline.Synced.WaitAsync(cancellationToken);
        pipeline.Connect(new ProxyConnection(proxy, metadata, stream.Id));
        DataPlaneLog.Connected(logger, proxy.Mesh, proxy.Name, stream.Id);
        return new Connection(pipeline, proxy, stream.Id, logger);
    }

    private sealed class Connection(ZonePipeline pipeline, ProxyKey proxy, long streamId, ILogger logger) : IProxyConnection
    {
        public string ProxyId => proxy.EngineId;

        public void NodeChanged(ClientNode node)
        {
            try
            {
                pipeline.Connect(new ProxyConnection(proxy, NodeReader.MetadataOf(node), streamId));
            }
            catch (AdsProtocolException e)
            {
                DataPlaneLog.NodeUnreadable(logger, proxy.Mesh, proxy.Name, e.Message);
            }
        }

        public void Accepted(XdsType type, int resources)
        {
        }

        public void Rejected(XdsRejection rejection) => DataPlaneLog.Rejected(logger, proxy.Mesh, proxy.Name, $"{rejection.Type} {string.Join(", ", rejection.Names)}: {rejection.Message}");

        public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

        public void EmptyingHeldBack(XdsType type) => DataPlaneLog.HeldBack(logger, proxy.Mesh, proxy.Name, type.ToString() ?? "");

        public void ResourceTooLarge(XdsType type, string name, int bytes) => DataPlaneLog.TooLarge(logger, proxy.Mesh, proxy.Name, name, bytes);

        public void Ended(StreamEnd reason)
        {
            pipeline.Disconnect(proxy, streamId);
            DataPlaneLog.Ended(logger, proxy.Mesh, proxy.Name, streamId, reason);
        }
    }
}
