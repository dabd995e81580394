using Mesh.Global.Sync;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Names;
using Mesh.Testing.Kds;

namespace Mesh.Global.Tests.Sync;

/// <summary>Which zone may vouch for which trust domain.</summary>
public sealed class TrustDomainTests
{
    private const string Shared = "airline.example";

    [Fact]
    public void Default_DomainOfTheZoneItself_IsItsOwn() => Assert.Null(new TrustDomains().RefusalOf(Trust("default.zone-1.mesh.local"), "zone-1"));

    [Theory]
    [InlineData("default.zone-2.mesh.local")]
    [InlineData("default.not-there-yet.mesh.local")]
    public void Default_DomainOfAnother_IsRefused(string domain) =>
        Assert.Contains(domain, new TrustDomains().RefusalOf(Trust(domain), "zone-1"), StringComparison.Ordinal);

    [Fact]
    public void Fixed_DomainThatGlobalsIdentityNames_IsForAllZones()
    {
        var domains = new TrustDomains();
        domains.Put(Trust(Shared) with { Name = "first", Labels = OfZone("zone-2") });
        Assert.Contains("zone zone-2 vouches for it already", domains.RefusalOf(Trust(Shared), "zone-1"), StringComparison.Ordinal);

        domains.Put(Identity(Shared));

        Assert.Null(domains.RefusalOf(Trust(Shared), "zone-1"));
        Assert.Null(domains.RefusalOf(Trust(Shared), "zone-2"));
        Assert.True(domains.Remove(Identity(Shared).Key));
        Assert.NotNull(domains.RefusalOf(Trust(Shared), "zone-1"));
    }

    [Fact]
    public void Template_OfGlobalsIdentity_GivesEachZoneItsOwn()
    {
        var domains = new TrustDomains();
        domains.Put(Zone("zone-2"));
        domains.Put(Identity("{{ .Zone }}.airline.example"));

        Assert.Null(domains.RefusalOf(Trust("zone-2.airline.example"), "zone-2"));
        Assert.Contains("of Global gives it to zone zone-2", domains.RefusalOf(Trust("zone-2.airline.example"), "zone-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Identity_OfAZone_GivesNoRight()
    {
        var domains = new TrustDomains();
        domains.Put(Identity(Shared) with { Labels = OfZone("zone-1") });
        domains.Put(Trust(Shared) with { Name = "first", Labels = OfZone("zone-2") });

        Assert.NotNull(domains.RefusalOf(Trust(Shared), "zone-1"));
    }

    [Fact]
    public void Domain_ThatGlobalVouchesFor_IsRefused()
    {
        var domains = new TrustDomains();
        domains.Put(Trust(Shared) with { Name = "pki" });

        Assert.Contains("MeshTrust pki of Global vouches for it", domains.RefusalOf(Trust(Shared), "zone-1"), StringComparison.Ordinal);
        Assert.Null(domains.RefusalOf(Trust("other.example"), "zone-1"));
        Assert.Null(domains.RefusalOf(Trust(Shared) with { Mesh = "another" }, "zone-1"));
    }

    [Fact]
    public async Task Sync_TrustInTheDomainOfAnotherZone_IsRefusedAndTheRestIsTaken()
    {
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var second = await world.ConnectedZoneAsync("zone-2");
        await second.Store.UntilAsync(new ResourceKey("Mesh", "", "default"));
        var first = await world.ZoneWithAsync("zone-1", Trust("default.zone-1.mesh.local"), Trust("default.zone-2.mesh.local") with { Name = "evil" });

        await first.ConnectAsync();

        Assert.Contains("default.zone-2.mesh.local: it is that of zone zone-2", Assert.Single(first.Up.Errors), StringComparison.Ordinal);
        await second.Store.UntilAsync(new ResourceKey("MeshTrust", "default", SyncNames.Hashed("default", "identity", "zone-1", "")));
        Assert.Single(await second.Store.AllAsync("MeshTrust"));
    }

    [Fact]
    public async Task Sync_DomainThatAnotherGetsLater_IsWithdrawnFromTheOthers()
    {
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var other = await world.ConnectedZoneAsync("zone-3");
        var first = await world.ZoneWithAsync("zone-1", Trust("zone-2.airline.example"));
        await first.ConnectAsync();
        var synced = new ResourceKey("MeshTrust", "default", SyncNames.Hashed("default", "identity", "zone-1", ""));
        await other.Store.UntilAsync(synced);

        await world.EnsureZoneAsync("zone-2");
        var identity = await world.Store.CreateAsync(Identity("{{ .Zone }}.airline.example"), TestContext.Current.CancellationToken);
        await other.Store.GoneAsync(synced);

        await world.Store.DeleteAsync(identity.Key, null, TestContext.Current.CancellationToken);
        await other.Store.UntilAsync(synced);
    }

    private static Dictionary<string, string> OfZone(string zone) => new() { [ResourceLabels.Origin] = "zone", [ResourceLabels.Zone] = zone };

    private static Resource Trust(string domain)
    {
        var sample = SampleResources.Of("MeshTrust");
        return sample with { Spec = sample.SpecAs<MeshTrustSpec>() with { TrustDomain = domain } };
    }

    private static Resource Identity(string template)
    {
        var sample = SampleResources.Of("MeshIdentity");
        var spec = sample.SpecAs<MeshIdentitySpec>();
        return sample with { Spec = spec with { SpiffeId = spec.SpiffeId! with { TrustDomain = template } } };
    }

    private static Resource Zone(string name) => new() { Descriptor = ZoneKind.Resource, Name = name, Spec = new ZoneSpec { Enabled = true } };
}
