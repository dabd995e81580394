using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Control;
using Mesh.Zone.Ingest;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Tests.Control;

public class IdentityTests
{
    public const string SelectAll = """
        type: MeshIdentity
        mesh: default
        name: airline-identity
        spec:
          selector: {dataplane: {matchLabels: {}}}
          provider: {type: Bundled, bundled: {certificateParameters: {expiry: 1h}, autogenerate: {enabled: true}}}
        """;

    private const string Dataplane = "type: Dataplane\nmesh: default\nname: a-1\nlabels: {kuma.io/workload: a}\nnetworking: {address: 127.0.0.3, inbound: [{port: 7001}]}";

    private static readonly ProxyKey _proxy = new("default", "a-1");

    [Fact]
    public async Task Identity_Created_HasAuthorityTrustAndConditions()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync(SelectAll);
        var identity = await world.FindAsync(MeshIdentityKind.Name, "airline-identity", resource => resource.Status is not null);
        Assert.Equal(["Provider", "MeshTrustCreated", "Ready"], identity.StatusAs<ConditionsStatus>()!.Conditions!.Select(condition => condition.Type));
        var trust = await world.FindAsync(MeshTrustKind.Name, "airline-identity", _ => true);
        Assert.Equal("default.default.mesh.local", trust.SpecAs<MeshTrustSpec>().TrustDomain);
        Assert.Equal("kri_mid_default_default__airline-identity_", trust.StatusAs<MeshTrustStatus>()!.Origin!.Kri);
        var secret = await world.FindAsync(SecretKind.Name, SecretNames.RootCa("airline-identity"), _ => true);
        Assert.Equal(identity.Key, secret.Owner);
    }

    [Fact]
    public async Task Identity_DeletedAndMadeAnew_TrustKeepsBothAuthorities()
    {
        await using var world = await ZoneWorld.StartAsync();
        var identity = await world.ApplyAsync(SelectAll);
        await world.FindAsync(MeshIdentityKind.Name, "airline-identity", resource => resource.Status is not null);
        await world.SettleAsync();
        await world.Store.DeleteAsync(identity.Key);
        await world.GoneAsync(SecretKind.Name, SecretNames.RootCa("airline-identity"));
        await world.SettleAsync();
        Assert.Single((await world.FindAsync(MeshTrustKind.Name, "airline-identity", _ => true)).SpecAs<MeshTrustSpec>().CaBundles!);
        await world.ApplyAsync(SelectAll);
        await world.FindAsync(MeshTrustKind.Name, "airline-identity", trust => trust.SpecAs<MeshTrustSpec>().CaBundles!.Count == 2);
        await world.SettleAsync();
        Assert.Equal(2, (await world.FindAsync(MeshTrustKind.Name, "airline-identity", _ => true)).SpecAs<MeshTrustSpec>().CaBundles!.Count);
    }

    [Fact]
    public async Task Identity_GivenAuthorityMissing_SaysSoAndRecoversWhenItComes()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync(SelectAll);
        await world.FindAsync(MeshIdentityKind.Name, "airline-identity", resource => resource.Status is not null);
        await world.ApplyAsync("""
            type: MeshIdentity
            mesh: default
            name: own
            spec:
              selector: {dataplane: {matchLabels: {}}}
              provider:
                type: Bundled
                bundled:
                  ca:
                    certificate: {type: Secret, secretRef: {kind: Secret, name: airline-identity-root-ca}}
                    privateKey: {type: Secret, secretRef: {kind: Secret, name: my-key}}
            """);
        var broken = await world.FindAsync(MeshIdentityKind.Name, "own", resource => resource.Status is not null);
        Assert.Equal("Secret my-key is missing or empty", broken.StatusAs<ConditionsStatus>()!.Conditions![0].Message);
        Assert.Equal(0, world.Controllers.Faults);
        var key = await world.FindAsync(SecretKind.Name, SecretNames.PrivateKey("airline-identity"), _ => true);
        await world.PutAsync(new Resource { Descriptor = SecretKind.Resource, Mesh = "default", Name = "my-key", Spec = key.Spec });
        await world.FindAsync(MeshIdentityKind.Name, "own", resource => resource.StatusAs<ConditionsStatus>()!.Conditions![^1] is { Type: "Ready", Status: "True" });
    }

    [Theory]
    [InlineData("spiffeID: {path: '/x/{{ .Mesh }}'}, provider: {type: Bundled}", "SpiffeIDProvider")]
    [InlineData("provider: {type: Extension, extension: {name: vault}}", "Provider")]
    public async Task Identity_ThatCannotWork_IsNotReady(string spec, string condition)
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync($"type: MeshIdentity\nmesh: default\nname: broken\nspec: {{selector: {{dataplane: {{}}}}, {spec}}}");
        var identity = await world.FindAsync(MeshIdentityKind.Name, "broken", resource => resource.Status is not null);
        Assert.Equal([(condition, "False"), ("Ready", "False")], identity.StatusAs<ConditionsStatus>()!.Conditions!.Select(found => (found.Type, found.Status)));
        var dataplane = await world.ApplyAsync(Dataplane);
        Assert.Throws<WorkloadSecretException>(() => world.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane));
    }

    [Fact]
    public async Task Certificate_At80PercentOfItsLife_IsReplaced()
    {
        await using var world = await ZoneWorld.StartAsync();
        var (identity, dataplane) = await PrepareAsync(world);
        var secrets = world.Controllers.WorkloadSecrets;
        var first = secrets.Find(_proxy, identity, dataplane)!;
        var changed = new List<ProxyKey>();
        secrets.Changed += changed.Add;
        var facts = world.Controllers.Certificates.Describe(_proxy)!;
        Assert.Equal("spiffe://default.default.mesh.local/workload/a", facts.SpiffeId);
        Assert.Equal(TimeSpan.FromHours(1), facts.ExpiresAt - facts.IssuedAt);
        Assert.Same(first, secrets.Find(_proxy, identity, dataplane));
        Advance(world, facts.IssuedAt + TimeSpan.FromMinutes(48) - TimeSpan.FromSeconds(1));
        Assert.Empty(changed);
        Assert.Same(first, secrets.Find(_proxy, identity, dataplane));
        Advance(world, facts.IssuedAt + TimeSpan.FromMinutes(48));
        Assert.Equal([_proxy], changed);
        Assert.NotEqual(first.Version, secrets.Find(_proxy, identity, dataplane)!.Version);
    }

    [Fact]
    public async Task Certificate_AfterRestart_HasTheSameVersionWhileStillGood()
    {
        await using var world = await ZoneWorld.StartAsync();
        var (identity, dataplane) = await PrepareAsync(world);
        var before = world.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane)!;
        await world.DisposeAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(40));
        await using var again = await ZoneWorld.StartAsync(store: world.Store, clock: world.Clock);
        var after = again.Controllers.WorkloadSecrets.Find(_proxy, identity, dataplane)!;
        Assert.Equal(before.Version, after.Version);
        Assert.NotEqual(before.PrivateKey, after.PrivateKey);
        Assert.NotEqual(before.Version, again.Controllers.WorkloadSecrets.Find(new ProxyKey("default", "a-2"), identity, dataplane)!.Version);
    }

    [Fact]
    public async Task Certificate_OfADataplaneMadeAnew_TheOneThatTheProxyHasServesAsWell()
    {
        await using var world = await ZoneWorld.StartAsync();
        var (identity, dataplane) = await PrepareAsync(world);
        var secrets = world.Controllers.WorkloadSecrets;
        var before = secrets.Find(_proxy, identity, dataplane)!.Version;
        secrets.Release(_proxy);
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        var after = secrets.Find(_proxy, identity, dataplane with { CreationTime = world.Clock.GetUtcNow() })!.Version;
        Assert.NotEqual(before, after);
        Assert.True(LeafVersion.TryParse(before, out var held), before);
        Assert.True(LeafVersion.TryParse(after, out var current), after);
        Assert.True(held.ServesAs(current, world.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Certificate_AskedBeforeTheAuthorityIsThere_IsAnnouncedWhenItIs()
    {
        await using var world = await ZoneWorld.StartAsync();
        var dataplane = await world.ApplyAsync(Dataplane);
        var announced = new TaskCompletionSource();
        world.Controllers.WorkloadSecrets.Changed += _ => announced.TrySetResult();
        var unseen = (await world.FindAsync(MeshKind.Name, "default", _ => true, "")) with { Descriptor = MeshIdentityKind.Resource, Mesh = "default", Name = "airline-identity", Spec = new MeshIdentitySpec() };
        Assert.Null(world.Controllers.WorkloadSecrets.Find(_proxy, unseen, dataplane));
        await world.ApplyAsync(SelectAll);
        await announced.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Authority_WhoseKeyWasLost_IsFollowedOnlyWhenPeersHaveHeardOfTheNewOne()
    {
        await using var world = await ZoneWorld.StartAsync(new ZoneControlOptions { MeshInsightInterval = TimeSpan.Zero, TrustPropagation = TimeSpan.FromSeconds(15) });
        var former = await world.ApplyAsync(Dataplane);
        await world.ConnectAsync("a-1", identity: "kri_mid_default_default__airline-identity_");
        await world.PutAsync(new Resource
        {
            Descriptor = MeshTrustKind.Resource,
            Mesh = "default",
            Name = "airline-identity",
            Spec = new MeshTrustSpec { TrustDomain = "default.default.mesh.local", CaBundles = [new CaBundle { Type = "Pem", Pem = new PemBundle { Value = "former" } }] },
        });
        await world.Controllers.SettledAsync(TestContext.Current.CancellationToken);

        await world.ApplyAsync(SelectAll);
        await world.Controllers.SettledAsync(TestContext.Current.CancellationToken);

        var identity = await world.FindAsync(MeshIdentityKind.Name, "airline-identity", resource => resource.Status is not null);
        var secrets = world.Controllers.WorkloadSecrets;
        Assert.Null(secrets.Find(_proxy, identity, former));
        world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var late = await world.ApplyAsync(Dataplane.Replace("a-1", "a-2", StringComparison.Ordinal));
        Assert.NotNull(secrets.Find(new ProxyKey("default", "a-2"), identity, late));

        var changed = new TaskCompletionSource();
        secrets.Changed += proxy => _ = proxy == _proxy && changed.TrySetResult();
        world.Clock.Advance(TimeSpan.FromSeconds(16));
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.NotNull(secrets.Find(_proxy, identity, former));
    }

    private static async Task<(Resource Identity, Resource Dataplane)> PrepareAsync(ZoneWorld world)
    {
        var dataplane = await world.ApplyAsync(Dataplane);
        await world.ApplyAsync(SelectAll);
        var identity = await world.FindAsync(MeshIdentityKind.Name, "airline-identity", resource => resource.Status is not null);
        return (identity, dataplane);
    }

    private static void Advance(ZoneWorld world, DateTimeOffset to) => world.Clock.Advance(to - world.Clock.GetUtcNow());
}
