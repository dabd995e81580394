using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Identity;

namespace Mesh.Zone.Tests.Control;

/// <summary>Certificates of admin listeners are there before their proxies are.</summary>
public sealed class AdminCertificateTests
{
    [Fact]
    public async Task Dataplanes_Written_HaveCertificatesBeforeTheirProxiesCome()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync("{type: Mesh, name: default}");
        // No certificate can carry the second one's, which is no reason to leave out the third one.
        foreach (var (name, address) in new[] { ("a", "10.0.0.1"), ("b", new string('x', 70) + ".example"), ("c", "10.0.0.3") })
        {
            await world.ApplyAsync($$"""
                type: Dataplane
                mesh: default
                name: {{name}}
                networking: {address: {{address}}, inbound: [{port: 80}]}
                """);
        }

        var certificates = Assert.IsType<AdminCertificates>(world.Controllers.AdminCertificates);
        await UntilAsync(world, () => certificates.Has("10.0.0.1") && certificates.Has("10.0.0.3"));

        var made = certificates.Find("10.0.0.1");
        Assert.Same(made, certificates.Find("10.0.0.1"));
        Assert.NotEqual(made!.CertificateChain, certificates.Find("10.0.0.3")!.CertificateChain);
    }

    [Fact]
    public async Task Dataplanes_LastOfAnAddressGone_ItsCertificateIsForgotten()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.ApplyAsync("{type: Mesh, name: default}");
        foreach (var name in new[] { "a", "b" })
        {
            await world.ApplyAsync($$"""
                type: Dataplane
                mesh: default
                name: {{name}}
                networking: {address: 10.0.0.1, inbound: [{port: 80}]}
                """);
        }

        var certificates = Assert.IsType<AdminCertificates>(world.Controllers.AdminCertificates);
        await UntilAsync(world, () => certificates.Has("10.0.0.1"));
        await world.Store.DeleteAsync(new ResourceKey(DataplaneKind.Name, "default", "a"));
        await world.SettleAsync();
        Assert.True(certificates.Has("10.0.0.1"));
        await world.Store.DeleteAsync(new ResourceKey(DataplaneKind.Name, "default", "b"));
        await UntilAsync(world, () => !certificates.Has("10.0.0.1"));
    }

    [Fact]
    public async Task Dispose_MoreToBeMade_DoesNotWaitForThem()
    {
        var world = await ZoneWorld.StartAsync();
        var certificates = Assert.IsType<AdminCertificates>(world.Controllers.AdminCertificates);
        for (var i = 0; i < 100; i++)
        {
            certificates.Expect($"10.0.0.{i}");
        }

        await world.DisposeAsync();

        // The clock stands still.
        Assert.False(certificates.Has("10.0.0.99"));
        certificates.Expect("10.0.1.1");
    }

    private static async Task UntilAsync(ZoneWorld world, Func<bool> condition)
    {
        for (var patience = 0; !condition(); patience++)
        {
            Assert.True(patience < 10_000, "the certificates are not made");
            world.Clock.Advance(AdminCertificates.Pause);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
