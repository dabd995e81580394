using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Identity.Tokens;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Stores.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Identity.Tests.Secrets;

public sealed class StoredSecretsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _store;
    private readonly TokenKeys _keys;

    public StoredSecretsTests()
    {
        _store = new MemoryStore(_clock);
        _keys = new TokenKeys(_store);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _store.CreateAsync(
        new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() }, Stop);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task EnsureKeys_NewStore_MakesOneOfEachAndOnlyOnce()
    {
        for (var i = 0; i < 2; i++)
        {
            await _keys.EnsureForDataplanesAsync("default", Stop);
            await _keys.EnsureForUsersAsync(Stop);
            await _keys.EnsureForZonesAsync(Stop);
        }

        Assert.Equal(4, _store.Revision);
        Assert.NotNull(await _store.GetAsync(new ResourceKey("Secret", "default", "dataplane-token-signing-key-default-1"), Stop));
        Assert.NotNull(await _store.GetAsync(new ResourceKey("GlobalSecret", "", "user-token-signing-key-1"), Stop));
        var zoneKey = await _store.GetAsync(new ResourceKey("GlobalSecret", "", "zone-token-signing-key-1"), Stop);
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----", System.Text.Encoding.ASCII.GetString(zoneKey!.SpecAs<SecretSpec>().Data!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_Unchanged_AreTheSameSet()
    {
        await _keys.EnsureForDataplanesAsync("default", Stop);
        Assert.Same(await _keys.ForDataplanesAsync("default", Stop), await _keys.ForDataplanesAsync("default", Stop));
    }

    [Fact]
    public async Task Keys_MeshThatATokenMadeUp_IsEmptyAndNotRemembered()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Same(SigningKeySet.Empty, await _keys.ForDataplanesAsync($"made-up-{i}", Stop));
        }

        Assert.Equal(0, _keys.RememberedCount);
    }

    [Fact]
    public async Task Keys_RotatedAndRevoked_AreSeenAtOnce()
    {
        await _keys.EnsureForDataplanesAsync("default", Stop);
        var first = await _keys.ForDataplanesAsync("default", Stop);
        using var second = SigningKey.Generate(2);
        await CreateSecretAsync("dataplane-token-signing-key-default-2", second.ExportPrivatePem());
        await CreateSecretAsync("dataplane-token-signing-key-default-broken", "x");
        await CreateSecretAsync("dataplane-token-signing-key-default-3", "no key");
        await CreateSecretAsync("dataplane-token-revocations-default", "id-1,id-2");

        var rotated = await _keys.ForDataplanesAsync("default", Stop);

        Assert.Equal("1", first.Issuing!.Id);
        Assert.Equal("2", rotated.Issuing!.Id);
        Assert.Equal(["id-1", "id-2"], rotated.RevokedIds.Order());
        var token = new TokenIssuer(_clock).Issue(first.Issuing, new DataplaneToken { Mesh = "default" }, TimeSpan.FromHours(1));
        Assert.Equal("default", (await new TokenValidator(_clock).ValidateDataplaneAsync(token, rotated)).Mesh);
    }

    [Fact]
    public async Task Keys_PublicHalfOnAZone_ChecksButDoesNotIssue()
    {
        using var key = SigningKey.Generate(1);
        await _store.CreateAsync(Secret(GlobalSecretKind.Resource, "", "zone-token-signing-public-key-1", key.ExportPublicPem()), Stop);

        var keys = await _keys.ForZonesAsync(Stop);

        Assert.Null(keys.Issuing);
        var token = new TokenIssuer(_clock).Issue(key, new ZoneToken("east", []), TimeSpan.FromHours(1));
        Assert.Equal("east", (await new TokenValidator(_clock).ValidateZoneAsync(token, keys)).Zone);
    }

    [Fact]
    public async Task AdminToken_NewStore_IsOneOfTheAdministrator()
    {
        var admin = new AdminToken(_store, _keys, _clock);
        await admin.EnsureAsync(Stop);
        await admin.EnsureAsync(Stop);

        var secret = await _store.GetAsync(new ResourceKey("GlobalSecret", "", "admin-user-token"), Stop);
        var token = System.Text.Encoding.ASCII.GetString(secret!.SpecAs<SecretSpec>().Data!);
        var user = await new TokenValidator(_clock).ValidateUserAsync(token, await _keys.ForUsersAsync(Stop));
        Assert.Equal("mesh-system:admin", user.Name);
        Assert.Equal(["mesh-system:admin"], user.Groups);
        Assert.Equal(1, secret.Version);
    }

    [Fact]
    public async Task EnsureForIdentity_SecondTime_IsTheSameAuthority()
    {
        using var authorities = new Authorities(_store, _clock);
        var identity = await CreateIdentityAsync();
        using var first = await authorities.EnsureForIdentityAsync(identity, "td.local", Stop);
        using var again = await new Authorities(_store, _clock).EnsureForIdentityAsync(identity, "td.local", Stop);

        Assert.Equal(first.Id, again.Id);
        Assert.NotNull(await _store.GetAsync(new ResourceKey("Secret", "default", "web-root-ca"), Stop));
        Assert.NotNull(await _store.GetAsync(new ResourceKey("Secret", "default", "web-private-key"), Stop));

        await _store.DeleteAsync(identity, cancellationToken: Stop);
        Assert.Null(await _store.GetAsync(new ResourceKey("Secret", "default", "web-private-key"), Stop));
    }

    [Theory]
    [InlineData("web-root-ca")]
    [InlineData("web-private-key")]
    public async Task EnsureForIdentity_HalfAPair_IsMadeAnew(string lost)
    {
        using var authorities = new Authorities(_store, _clock);
        var identity = await CreateIdentityAsync();
        using var first = await authorities.EnsureForIdentityAsync(identity, "td.local", Stop);
        await _store.DeleteAsync(new ResourceKey("Secret", "default", lost), cancellationToken: Stop);

        using var second = await authorities.EnsureForIdentityAsync(identity, "td.local", Stop);

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task EnsureForIdentity_ManyAtOnce_IsOne()
    {
        using var authorities = new Authorities(_store, _clock);
        var identity = await CreateIdentityAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => authorities.EnsureForIdentityAsync(identity, "td", Stop).AsTask())));
        Assert.Single(made.Select(authority => authority.Id).Distinct());
    }

    [Fact]
    public async Task EnsureGlobal_SecondTime_IsTheSameAuthority()
    {
        using var authorities = new Authorities(_store, _clock);
        using var admin = await authorities.EnsureEnvoyAdminAsync(Stop);
        using var again = await authorities.EnsureEnvoyAdminAsync(Stop);
        using var between = await authorities.EnsureInterControlPlaneAsync(Stop);

        Assert.Equal(admin.Id, again.Id);
        Assert.NotEqual(admin.Id, between.Id);
        Assert.Equal(new EnvoyAdminCertificates(admin).ForProxy("10.0.0.1"), new EnvoyAdminCertificates(again).ForProxy("10.0.0.1"));
    }

    private async Task<ResourceKey> CreateIdentityAsync() => (await _store.CreateAsync(
        new Resource { Descriptor = MeshIdentityKind.Resource, Mesh = "default", Name = "web", Spec = new MeshIdentitySpec() }, Stop)).Key;

    private async Task CreateSecretAsync(string name, string text) =>
        await _store.CreateAsync(Secret(SecretKind.Resource, "default", name, text), Stop);

    private static Resource Secret(ResourceDescriptor kind, string mesh, string name, string text) => new()
    {
        Descriptor = kind,
        Mesh = mesh,
        Name = name,
        Spec = new SecretSpec { Data = System.Text.Encoding.UTF8.GetBytes(text) },
    };
}
