using System.Text;
using Mesh.Engine.Persistence;
using Mesh.Identity.Certificates;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Zone;
using Mesh.Zone.Ingest;
using Mesh.Zone.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.DataPlane;

/// <summary>Tells the zone of proxies that come and go, and registers the Dataplanes that they bring along.</summary>
internal sealed class ProxyRegistry(
    ZonePipeline pipeline,
    ProxyLifecycle? lifecycle,
    IResourceStore store,
    DataplaneRegistration registration,
    ProxyRotation rotation,
    ConnectedProxies proxies,
    IManifestArchive? manifests,
    TimeProvider clock,
    ILogger logger) : IProxyRegistry
{
    public async ValueTask<IProxyConnection> ConnectAsync(ProxyStream stream, CancellationToken cancellationToken)
    {
        var proxy = NodeReader.KeyOf(stream.Node);
        var metadata = NodeReader.MetadataOf(stream.Node);
        if (await store.GetAsync(new ResourceKey(MeshKind.Name, "", proxy.Mesh), cancellationToken) is null)
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, $"there is no mesh \"{proxy.Mesh}\"");
        }

        IReadOnlyList<uint> waiting = [];
        if (metadata.DataplaneResource.Length > 0)
        {
            waiting = await registration.RegisterAsync(proxy, metadata.DataplaneResource, cancellationToken);
        }

        // A proxy is better served late than with half of what it needs.
        await pipeline.Synced.WaitAsync(cancellationToken);
        proxies.Add(proxy, stream.Id, metadata);
        ProxySession? session = null;
        try
        {
            var isUpToDate = manifests?.Find(proxy.EngineId) is { } manifest && stream.HoldsWhatItWasGiven(manifest);
            stream.IsRecognised = isUpToDate;
            pipeline.Connect(new ProxyConnection(proxy, metadata, stream.Id) { IsUpToDate = isUpToDate });
            DataPlaneLog.Connected(logger, proxy.Mesh, proxy.Name, stream.Id);
            if (isUpToDate)
            {
                DataPlaneLog.Recognised(logger, proxy.Mesh, proxy.Name, stream.Id);
            }

            session = lifecycle?.Connect(new ProxyArrival(proxy, NodeReader.StructOf(stream.Node), metadata.DataplaneResource.Length > 0));
            if (metadata.DataplaneResource.Length > 0
                && await store.GetAsync(new ResourceKey(DataplaneKind.Name, proxy.Mesh, proxy.Name), cancellationToken) is null)
            {
                // It was being removed, because the proxy had left, when it was found to be there. From now on the proxy counts as connected, and it stays.
                waiting = await registration.RegisterAsync(proxy, metadata.DataplaneResource, cancellationToken);
            }

            var gate = waiting.Count > 0 ? new RotationGate(rotation, proxy, waiting, clock, logger) : null;
            return new Connection(pipeline, session, gate, proxies, proxy, stream.Id, clock, logger);
        }
        catch
        {
            // Nobody will tell that it has ended.
            session?.Ended(StreamEnding.ByServer);
            pipeline.Disconnect(proxy, stream.Id);
            proxies.Remove(proxy, stream.Id);
            throw;
        }
    }

    private sealed class Connection(
        ZonePipeline pipeline, ProxySession? session, RotationGate? gate, ConnectedProxies proxies, ProxyKey proxy, long streamId, TimeProvider clock, ILogger logger) : IProxyConnection
    {
        public string ProxyId => proxy.EngineId;

        public void NodeChanged(ClientNode node)
        {
            try
            {
                pipeline.Connect(new ProxyConnection(proxy, NodeReader.MetadataOf(node), streamId));
                session?.MetadataChanged(NodeReader.StructOf(node));
            }
            catch (AdsProtocolException e)
            {
                DataPlaneLog.NodeUnreadable(logger, proxy.Mesh, proxy.Name, e.Message);
            }
        }

        public void Accepted(XdsType type, int resources)
        {
            session?.Accepted(KindOf(type));
            gate?.Accepted(type);
        }

        public void Rejected(XdsRejection rejection)
        {
            session?.Rejected(KindOf(rejection.Type));
            DataPlaneLog.Rejected(logger, proxy.Mesh, proxy.Name, $"{rejection.Type} {string.Join(", ", rejection.Names)}: {rejection.Message}");
        }

        /// <summary>A certificate of the same issuer for the same subject that lasts until the current one is replaced: its version says all that.</summary>
        public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) =>
            LeafVersion.TryParse(Encoding.UTF8.GetString(heldVersion), out var held)
            && LeafVersion.TryParse(Encoding.UTF8.GetString(currentVersion), out var current)
            && held.ServesAs(current, clock.GetUtcNow());

        public void EmptyingHeldBack(XdsType type) => DataPlaneLog.HeldBack(logger, proxy.Mesh, proxy.Name, type.ToString() ?? "");

        public void ResourceTooLarge(XdsType type, string name, int bytes) => DataPlaneLog.TooLarge(logger, proxy.Mesh, proxy.Name, name, bytes);

        public void Ended(StreamEnd reason)
        {
            gate?.Dispose();
            proxies.Remove(proxy, streamId);
            session?.Ended(reason switch
            {
                StreamEnd.Peer => StreamEnding.ByProxy,
                StreamEnd.Server => StreamEnding.ByServer,
                _ => StreamEnding.Lost,
            });
            pipeline.Disconnect(proxy, streamId);
            DataPlaneLog.Ended(logger, proxy.Mesh, proxy.Name, streamId, reason);
        }

        private static ResponseKind KindOf(XdsType type) =>
            type == XdsTypes.Cluster ? ResponseKind.Cluster
            : type == XdsTypes.Endpoint ? ResponseKind.Endpoint
            : type == XdsTypes.Listener ? ResponseKind.Listener
            : type == XdsTypes.Route ? ResponseKind.Route
            : ResponseKind.Other;
    }
}
