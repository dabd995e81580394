using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Server.Bootstrap;
using Mesh.Stores.Memory;

namespace Mesh.Server.Tests.Bootstrap;

public sealed class StoreBootstrapDataplanesTests
{
    [Fact]
    public void Read_Dataplane_TellsWhatABootstrapNeeds()
    {
        var dataplane = new StoreBootstrapDataplanes(new MemoryStore(TimeProvider.System), new LabelContext()).Read(
            """
            type: Dataplane
            mesh: default
            name: web-1
            labels: {kuma.io/workload: web}
            networking:
              address: 10.0.0.1
              admin: {port: 9902}
              inbound: [{port: 80, servicePort: 8080, protocol: http}]
              outbound: [{port: 7001, backendRef: {kind: MeshService, name: api, port: 80}}]
            """);

        Assert.Equal(("10.0.0.1", 9902u, "web"), (dataplane.Address, dataplane.AdminPort, dataplane.Labels[ResourceLabels.Workload]));
        Assert.Equal(
            [
                ("networking.inbound[0].port", "10.0.0.1", 80),
                ("networking.inbound[0].servicePort", "127.0.0.1", 8080),
                ("networking.outbound[0].port", "127.0.0.1", 7001u),
            ],
            dataplane.Listens);
    }

    [Theory]
    [InlineData("{", "not valid")]
    [InlineData("a\n---\nb", "one YAML or JSON document")]
    [InlineData("type: Mesh\nname: web-1", "type in body")]
    [InlineData("type: Dataplane\nname: web-1\nnetworking: {inbound: [{port: x}]}", "invalid Dataplane object")]
    public void Read_NoDataplane_SaysWhy(string text, string reason)
    {
        var refused = Assert.Throws<BootstrapException>(() => new StoreBootstrapDataplanes(new MemoryStore(TimeProvider.System), new LabelContext()).Read(text));

        Assert.Equal(422, refused.StatusCode);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_StoredAndUnknown_GivesItOrNull()
    {
        var token = TestContext.Current.CancellationToken;
        await using var store = new MemoryStore(TimeProvider.System);
        await store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() }, token);
        var spec = new DataplaneSpec { Networking = new DataplaneNetworking { Address = "10.0.0.1" } };
        await store.CreateAsync(new Resource { Descriptor = DataplaneKind.Resource, Mesh = "default", Name = "web-1", Spec = spec }, token);
        var dataplanes = new StoreBootstrapDataplanes(store, new LabelContext());

        Assert.Equal("10.0.0.1", (await dataplanes.FindAsync("default", "web-1", token))!.Address);
        Assert.Null(await dataplanes.FindAsync("other", "web-1", token));
    }
}
