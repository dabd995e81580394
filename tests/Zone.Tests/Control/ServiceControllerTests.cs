using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Tests.Control;

public class ServiceControllerTests
{
    private const string Dataplane = """
        type: Dataplane
        mesh: default
        name: NAME
        labels: {kuma.io/workload: WORKLOAD, app: WORKLOAD}
        networking:
          address: 127.0.0.3
          inbound:
            - {port: 7001, name: main, protocol: http}
        """;

    [Fact]
    public async Task Restart_StoreKept_AddressesStay()
    {
        await using var first = await ZoneWorld.StartAsync();
        foreach (var name in new[] { "c", "a", "b" })
        {
            await first.ApplyAsync(Proxy($"{name}-1", name));
            await first.FindAsync(MeshServiceKind.Name, name, service => Vip(service) is not null);
        }

        await first.SettleAsync();
        await first.DisposeAsync();
        var before = await VipsAsync(first);
        await using var second = await ZoneWorld.StartAsync(store: first.Store, clock: first.Clock);
        await second.ApplyAsync(Proxy("d-1", "d"));
        var added = await second.FindAsync(MeshServiceKind.Name, "d", service => Vip(service) is not null);
        await second.SettleAsync();
        Assert.Equal("241.0.0.3", Vip(added));
        Assert.Equal([.. before, "241.0.0.3"], await VipsAsync(second));
    }

    [Fact]
    public async Task Resource_CannotBeTakenIn_StopsNoOther()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.Store.CreateAsync(new Resource { Descriptor = MeshServiceKind.Resource, Mesh = "default", Name = "broken", Spec = new WorkloadSpec() });
        await world.ApplyAsync(Proxy("b-1", "b"));
        await world.FindAsync(MeshServiceKind.Name, "b", service => Vip(service) is not null);
    }

    [Fact]
    public async Task Settled_NothingChanges_NothingIsWritten()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync(Proxy("a-1", "a"));
        await world.ConnectAsync("a-1");
        await world.SettleAsync();
        var revision = world.Store.Revision;
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.SettleAsync();
        Assert.Equal(revision, world.Store.Revision);
    }

    [Fact]
    public async Task Dataplane_LastOfWorkload_ServiceGoesAfterGraceAndComesBackBefore()
    {
        await using var world = await ZoneWorld.StartAsync();
        var dataplane = await world.ApplyAsync(Proxy("a-1", "a"));
        await world.FindAsync(MeshServiceKind.Name, "a", service => service.SpecAs<MeshServiceSpec>().State == MeshServiceSpec.Available);
        await world.Store.DeleteAsync(dataplane.Key);
        await world.GoneAsync(WorkloadKind.Name, "a");
        await world.FindAsync(MeshServiceKind.Name, "a", service =>
            service.Labels.ContainsKey(ResourceLabels.DeletionGracePeriodStartedAt) && service.SpecAs<MeshServiceSpec>().State == MeshServiceSpec.Unavailable);
        await world.ApplyAsync(Proxy("a-1", "a"));
        var back = await world.FindAsync(MeshServiceKind.Name, "a", service => !service.Labels.ContainsKey(ResourceLabels.DeletionGracePeriodStartedAt));
        await world.Store.DeleteAsync(dataplane.Key);
        await world.FindAsync(MeshServiceKind.Name, "a", service => service.Labels.ContainsKey(ResourceLabels.DeletionGracePeriodStartedAt));
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.GoneAsync(MeshServiceKind.Name, "a");
        Assert.Equal("meshservice-generator", back.Label(ResourceLabels.ManagedBy));
    }

    [Fact]
    public async Task Service_DeletedWhileItsDataplanesLive_ComesBack()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync(Proxy("a-1", "a"));
        var service = await world.FindAsync(MeshServiceKind.Name, "a", service => Vip(service) is not null);
        await world.SettleAsync();
        await world.Store.DeleteAsync(service.Key);
        await world.FindAsync(MeshServiceKind.Name, "a", again => again.Version >= 1 && Vip(again) is not null);
    }

    [Fact]
    public async Task Service_WrittenByUserUnderAWorkloadsName_IsLeftAlone()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync("""
            type: MeshService
            mesh: default
            name: a
            spec: {ports: [{port: 80}], selector: {dataplaneRef: {name: other}}}
            """);
        await world.ApplyAsync(Proxy("a-1", "a"));
        await world.SettleAsync();
        var service = await world.Store.GetAsync(new ResourceKey(MeshServiceKind.Name, "default", "a"));
        Assert.Equal(80, Assert.Single(service!.SpecAs<MeshServiceSpec>().Ports!).Port);
        Assert.Equal("other", service.SpecAs<MeshServiceSpec>().Selector!.DataplaneRef!.Name);
    }

    [Fact]
    public async Task Ports_DataplanesDisagree_OldestIsRight()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync(Proxy("z-old", "a"));
        await world.SettleAsync();
        await world.ApplyAsync(Proxy("a-new", "a").Replace("protocol: http}", "protocol: grpc}\n    - {port: 7009, name: main}\n    - {port: 7008}", StringComparison.Ordinal));
        await world.SettleAsync();
        var service = await world.Store.GetAsync(new ResourceKey(MeshServiceKind.Name, "default", "a"));
        Assert.Equal([(7001, "main", "http"), (7008, "7008", "tcp")], service!.SpecAs<MeshServiceSpec>().Ports!.Select(port => (port.Port!.Value, port.Name!, port.AppProtocol!)));
    }

    [Fact]
    public async Task Hostnames_TwoServicesOneName_OldestHasItAndOtherIsTold()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync("type: HostnameGenerator\nname: same\nspec: {selector: {meshService: {matchLabels: {}}}, template: 'one.example'}");
        await world.ApplyAsync(Proxy("b-1", "b"));
        await world.FindAsync(MeshServiceKind.Name, "b", service => Condition(service, "same")?.Status == "True");
        await world.SettleAsync();
        await world.ApplyAsync(Proxy("a-1", "a"));
        var loser = await world.FindAsync(MeshServiceKind.Name, "a", service => Condition(service, "same") is not null);
        Assert.Equal(("False", "Collision", "Hostname collision with MeshService: b"), (Condition(loser, "same")!.Status, Condition(loser, "same")!.Reason, Condition(loser, "same")!.Message));
        await world.SettleAsync();
        await world.Store.DeleteAsync(new ResourceKey(DataplaneKind.Name, "default", "b-1"));
        await world.FindAsync(MeshServiceKind.Name, "b", service => service.Labels.ContainsKey(ResourceLabels.DeletionGracePeriodStartedAt));
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.FindAsync(MeshServiceKind.Name, "a", service => Condition(service, "same")?.Status == "True");
    }

    [Theory]
    [InlineData("{{ .Nothing }}.example", "field .Nothing")]
    [InlineData("{{ label \"team\" }}.example", "label \"team\" not found")]
    [InlineData("{{ .DisplayName", "unclosed action")]
    [InlineData("{{ .DisplayName }}_x.example", "not a valid DNS name")]
    public async Task Hostnames_TemplateThatFails_IsToldInACondition(string template, string expected)
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.Store.CreateAsync(new Resource
        {
            Descriptor = HostnameGeneratorKind.Resource,
            Name = "broken",
            Spec = new HostnameGeneratorSpec { Selector = new HostnameSelector { MeshService = new LabelSelector() }, Template = template },
        });
        await world.ApplyAsync(Proxy("a-1", "a"));
        var service = await world.FindAsync(MeshServiceKind.Name, "a", service => Condition(service, "broken") is not null);
        Assert.Equal("False", Condition(service, "broken")!.Status);
        Assert.Contains(expected, Condition(service, "broken")!.Message, StringComparison.Ordinal);
        Assert.Equal("a.svc.mesh.local", Assert.Single(service.StatusAs<MeshServiceStatus>()!.Addresses!).Hostname);
    }

    [Fact]
    public async Task Tls_IdentityThatSelectsNobody_IsNotReady()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync("type: MeshIdentity\nmesh: default\nname: nobody\nspec: {provider: {type: Bundled, bundled: {autogenerate: {enabled: true}}}}");
        await world.ApplyAsync(Proxy("a-1", "a"));
        await world.ConnectAsync("a-1", "kri_mid_default_default__gone_");
        await world.SettleAsync();
        var status = await world.GetAsync<MeshServiceStatus>(MeshServiceKind.Name, "a");
        Assert.Equal("NotReady", status!.Tls.Status);
        Assert.Equal(1, status.DataplaneProxies.Connected);
    }

    [Fact]
    public async Task Tls_OnceReady_StaysReadyForNewcomersUntilNoIdentitySelects()
    {
        await using var world = await ZoneWorld.StartAsync();
        var identity = await world.ApplyAsync(IdentityTests.SelectAll);
        await world.ApplyAsync(Proxy("a-1", "a"));
        await world.ConnectAsync("a-1", "kri");
        await world.FindAsync(MeshServiceKind.Name, "a", service => Tls(service) == "Ready");
        await world.ApplyAsync(Proxy("a-2", "a"));
        await world.FindAsync(MeshServiceKind.Name, "a", service => service.StatusAs<MeshServiceStatus>()!.DataplaneProxies.Total == 2);
        await world.SettleAsync();
        Assert.Equal("Ready", (await world.GetAsync<MeshServiceStatus>(MeshServiceKind.Name, "a"))!.Tls.Status);
        await world.Store.DeleteAsync(identity.Key);
        await world.FindAsync(MeshServiceKind.Name, "a", service => Tls(service) == "NotReady");
    }

    [Fact]
    public async Task MultiZoneService_ServicesComeAndGo_StatusFollows()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync("type: MeshMultiZoneService\nmesh: default\nname: all\nspec: {selector: {meshService: {matchLabels: {kuma.io/display-name: a}}}, ports: [{name: main, port: 80}]}");
        var empty = await world.FindAsync(MeshMultiZoneServiceKind.Name, "all", service => service.Status is not null);
        Assert.Equal("Matched 0 MeshService(s)", empty.StatusAs<MeshMultiZoneServiceStatus>()!.Conditions![0].Message);
        await world.ApplyAsync(Proxy("a-1", "a"));
        var full = await world.FindAsync(MeshMultiZoneServiceKind.Name, "all", service => service.StatusAs<MeshMultiZoneServiceStatus>()!.MeshServices is { Count: 1 });
        Assert.Equal(("a", "default"), (full.StatusAs<MeshMultiZoneServiceStatus>()!.MeshServices![0].Name, full.StatusAs<MeshMultiZoneServiceStatus>()!.MeshServices![0].Zone));
        Assert.Equal("243.0.0.0", full.StatusAs<MeshMultiZoneServiceStatus>()!.Vips![0].Ip);
    }

    private static string Proxy(string name, string workload) =>
        Dataplane.Replace("NAME", name, StringComparison.Ordinal).Replace("WORKLOAD", workload, StringComparison.Ordinal);

    private static string? Vip(Resource service) => service.StatusAs<MeshServiceStatus>()?.Vips is [var vip, ..] ? vip.Ip : null;

    private static string? Tls(Resource service) => service.StatusAs<MeshServiceStatus>()?.Tls.Status;

    private static Condition? Condition(Resource service, string generator) =>
        service.StatusAs<MeshServiceStatus>()?.HostnameGenerators?.FirstOrDefault(status => status.HostnameGeneratorRef.CoreName == generator)?.Conditions![0];

    private static async Task<List<string>> VipsAsync(ZoneWorld world) =>
        [.. (await world.Store.ListAsync(new Mesh.Model.Stores.ResourceQuery { Kind = MeshServiceKind.Name })).Items.Select(service => Vip(service)!).Order()];
}
