using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.DataPlane;
using Mesh.Stores.Memory;
using Mesh.Testing.Resources;
using Mesh.Zone.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.DataPlane;

public sealed class RotationGateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task QuietProxy_StoreTakesNoWrites_IsPutInWhenItDoes()
    {
        var token = TestContext.Current.CancellationToken;
        await using var store = new HookedStore(new MemoryStore(_clock));
        await store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() }, token);
        var dataplane = await store.CreateAsync(
            new Resource
            {
                Descriptor = DataplaneKind.Resource,
                Mesh = "default",
                Name = "a",
                Spec = new DataplaneSpec { Networking = new DataplaneNetworking { Address = "127.0.0.1", Inbound = [new DataplaneInbound { Port = 80, State = DataplaneInbound.NotReady }] } },
            },
            token);
        var refused = 0;
        store.WriteFault = _ => ++refused > 0 ? new StoreUnavailableException("full") : null;
        using var gate = new RotationGate(new ProxyRotation(store), new ProxyKey("default", "a"), [80], _clock, NullLogger.Instance);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(refused > 0);

        store.WriteFault = null;
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null((await store.GetAsync(dataplane.Key, token))!.SpecAs<DataplaneSpec>().Networking!.Inbound![0].State);
    }
}
