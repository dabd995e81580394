using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Engine;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Policies.Core;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest.Resources;
using Mesh.Stores.Memory;
using Mesh.Testing.Kds;
using Mesh.Zone;
using Mesh.Zone.Control;
using Microsoft.Extensions.Logging.Abstractions;
using Resource = Mesh.Model.Resources.Resource;
using ZoneRegistration = Mesh.Zone.Lifecycle.DataplaneRegistration;

namespace Mesh.Server.Tests.DataPlane;

public sealed class ProxyRegistryTests
{
    private const string Dataplane = "{type: Dataplane, mesh: default, name: web-1, labels: {kuma.io/workload: web}, networking: {address: 127.0.0.1, inbound: [{port: 8080}]}}";

    [Fact]
    public async Task Connect_DataplaneRemovedAfterItWasFound_IsRegisteredAgain()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = TimeProvider.System;
        await using var store = new MemoryStore(clock);
        await store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() }, token);
        var engine = new ResourceEngine();
        await using var pipeline = new ZonePipeline(store, engine, new ZonePipelineOptions(), null, null, NullLogger<ZonePipeline>.Instance, clock);
        var registration = new DataplaneRegistration(
            store, new ResourceReader(MeshCatalog.Create(), new LabelContext()), new ZoneRegistration(store, new ZoneControlOptions()));
        var registry = new ProxyRegistry(pipeline, null, store, registration, new ProxyRotation(store), new ConnectedProxies(), null, clock, NullLogger.Instance);
        using var session = new DeltaSession(engine, new XdsTypes(engine), new AdsOptions(), new SilentOwner());
        var metadata = new Struct { Fields = { ["dataplane.resource"] = Value.ForString(Dataplane) } };
        var node = new Node { Id = "default.web-1", Metadata = metadata };
        session.Receive(new DeltaDiscoveryRequest { Node = node, TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster" }.ToByteArray(), 0);

        // Before the pipeline has started, proxies wait after they were registered.
        var key = new ResourceKey(DataplaneKind.Name, "default", "web-1");
        var connecting = registry.ConnectAsync(new ProxyStream(null!, 1, StreamKind.Delta, session, new Lock(), null!, clock), token).AsTask();
        await store.UntilAsync(key);
        await store.DeleteAsync(key, cancellationToken: token);
        pipeline.Start();
        var connection = await connecting;

        Assert.NotNull(await store.GetAsync(key, token));
        connection.Ended(StreamEnd.Peer);
    }

    private sealed class SilentOwner : IAdsStreamOwner
    {
        public void NodeChanged(ClientNode node)
        {
        }

        public void Accepted(XdsType type, int resources)
        {
        }

        public void Rejected(XdsRejection rejection)
        {
        }

        public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

        public void EmptyingHeldBack(XdsType type)
        {
        }

        public void ResourceTooLarge(XdsType type, string name, int bytes)
        {
        }
    }
}
