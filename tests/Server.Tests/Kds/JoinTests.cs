using System.Net;
using System.Text;

namespace Mesh.Server.Tests.Kds;

/// <summary>Who may connect to Global as which zone, over real TLS sockets.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    private TestControlPlane _global = null!;

    public async ValueTask InitializeAsync() => _global = await TestControlPlane.GlobalAsync();

    public ValueTask DisposeAsync() => _global.DisposeAsync();

    [Fact]
    public async Task Zone_WithItsToken_IsShownOnlineWithWhatItTold()
    {
        await using var zone = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, await _global.ZoneTokenAsync("west"));
        await zone.UntilConnectedAsync();
        await TestControlPlane.UntilAsync(async () =>
            (await _global.GetAsync("/zones/west/_overview"))?["zoneInsight"]?["subscriptions"]?[0]?["config"] is not null);

        var insight = (await _global.GetAsync("/zones/west/_overview"))!["zoneInsight"]!;
        var subscription = insight["subscriptions"]![0]!;
        Assert.Null(subscription["disconnectTime"]);
        Assert.True(subscription["authTokenProvided"]!.GetValue<bool>());
        Assert.Equal(zone.ControlPlane.Store.StoreId.ToString(), subscription["zoneStoreId"]!.GetValue<string>());
        Assert.NotNull(subscription["version"]!["kumaCp"]!["version"]);
        Assert.NotNull(insight["kdsStreams"]!["globalToZone"]);
        Assert.True((await _global.GetAsync("/zones/west"))!["enabled"]!.GetValue<bool>());
        Assert.Equal(1, (await _global.GetAsync("/global-insight"))!["zones"]!["controlPlanes"]!["online"]!.GetValue<int>());
    }

    [Fact]
    public async Task Zone_ThatTellsItsSettings_KeepsItsToken()
    {
        var token = await _global.ZoneTokenAsync("west");
        await using var zone = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, token);
        await TestControlPlane.UntilAsync(async () =>
            (await _global.GetAsync("/zones/west/_overview"))?["zoneInsight"]?["subscriptions"]?[0]?["config"] is not null);

        Assert.DoesNotContain(token, (await _global.SendAsync("GET", "/zones/west/_overview")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, (await zone.SendAsync("GET", "/config")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zone_WithATokenThatIsNotForIt_IsRefusedAndToldOnceInBothLogs()
    {
        var tokens = new Dictionary<string, string>
        {
            ["none"] = "",
            ["nonsense"] = "x.y.z",
            ["of-another"] = await _global.ZoneTokenAsync("another"),
            ["of-no-control-plane"] = await _global.ZoneTokenAsync("of-no-control-plane", scope: "ingress"),
        };
        foreach (var (name, token) in tokens)
        {
            await using var zone = await TestControlPlane.ZoneAsync(name, _global.ZonesPort, token, ("multizone.zone.kds.reconnectMaxBackoff", "100ms"));
            await TestControlPlane.UntilAsync(async () => (await zone.GetAsync("/zone-sync"))!["attempts"]!.GetValue<int>() >= 3);

            var error = (await zone.GetAsync("/zone-sync"))!["lastError"]!.GetValue<string>();
            Assert.True(error.StartsWith("Unauthenticated", StringComparison.Ordinal) || error.StartsWith("PermissionDenied", StringComparison.Ordinal), error);
            Assert.Single(zone.Log.Of("GlobalLost"));
            Assert.Single(_global.Log.Of("ZoneRefused"), line => line.Contains($"zone {name} ", StringComparison.Ordinal));
            Assert.Null(await _global.GetAsync($"/zones/{name}"));
        }
    }

    [Fact]
    public async Task Zone_WithoutAuthentication_NeedsNoToken()
    {
        await using var open = await TestControlPlane.GlobalAsync(("multizone.global.kds.auth.type", "none"), ("multizone.global.kds.tlsEnabled", "false"));
        await using var zone = await TestControlPlane.ZoneAsync(
            "west", open.ZonesPort, "", ("multizone.zone.globalAddress", $"grpc://127.0.0.1:{open.ZonesPort}"));

        await zone.UntilConnectedAsync();

        Assert.Single(open.Log.Of("ZonesUnauthenticated"));
        Assert.Single(open.Log.Of("ZonesInClear"));
    }

    [Fact]
    public async Task Token_RevokedWhileConnected_EndsTheConnection()
    {
        var token = await _global.ZoneTokenAsync("west");
        await using var zone = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, token);
        await zone.UntilConnectedAsync();

        var id = System.Text.Json.Nodes.JsonNode.Parse(Decode(token.Split('.')[1]))!["jti"]!.GetValue<string>();
        var revoked = Convert.ToBase64String(Encoding.UTF8.GetBytes(id));
        await _global.PutAsync("/globalsecrets/zone-token-revocations", $$"""{"type": "GlobalSecret", "name": "zone-token-revocations", "data": "{{revoked}}"}""");

        await TestControlPlane.UntilAsync(async () =>
            (await zone.GetAsync("/zone-sync"))?["lastError"]?.GetValue<string>().Contains("revoked", StringComparison.Ordinal) == true);
        await TestControlPlane.UntilAsync(async () =>
            (await _global.GetAsync("/zones/west/_overview"))!["zoneInsight"]!["subscriptions"]!.AsArray()[^1]!["disconnectTime"] is not null);
    }

    [Fact]
    public async Task Token_ThatExpires_EndsTheConnection()
    {
        await using var zone = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, await _global.ZoneTokenAsync("west", validFor: "3s"));

        await TestControlPlane.UntilAsync(async () =>
            (await zone.GetAsync("/zone-sync"))?["lastError"]?.GetValue<string>().Contains("expired", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Token_InAFile_IsReadAgainAtEachAttempt()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, "x.y.z", TestContext.Current.CancellationToken);
        try
        {
            await using var zone = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, "", ("multizone.zone.kds.auth.cpTokenPath", file));
            await TestControlPlane.UntilAsync(async () => (await zone.GetAsync("/zone-sync"))?["lastError"] is not null);

            await File.WriteAllTextAsync(file, await _global.ZoneTokenAsync("west") + "\n", TestContext.Current.CancellationToken);

            await zone.UntilConnectedAsync();
            Assert.Single(_global.Log.Of("ZoneLetIn"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task SecondZone_OfTheSameName_IsRefusedWhileTheFirstIsThere()
    {
        var token = await _global.ZoneTokenAsync("west");
        await using var first = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, token);
        await first.UntilConnectedAsync();

        await using var second = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, token);
        await TestControlPlane.UntilAsync(async () => (await second.GetAsync("/zone-sync"))!["attempts"]!.GetValue<int>() >= 2);

        var error = (await second.GetAsync("/zone-sync"))!["lastError"]!.GetValue<string>();
        Assert.StartsWith("FailedPrecondition", error, StringComparison.Ordinal);
        Assert.Contains("connected already from another store", error, StringComparison.Ordinal);
        Assert.True((await first.GetAsync("/zone-sync"))!["connected"]!.GetValue<bool>());
        Assert.Single(_global.Log.Of("ZoneRefused"));
    }

    [Fact]
    public async Task Certificate_OfTheGeneratedAuthority_IsVerifiedWithItsFile()
    {
        var folder = Directory.CreateTempSubdirectory("mesh-kds-");
        try
        {
            await using var global = await TestControlPlane.GlobalAsync(("store.type", "embedded"), ("store.dataDir", folder.FullName));
            var token = await global.ZoneTokenAsync("west");
            await using var stranger = await TestControlPlane.ZoneAsync("west", global.ZonesPort, token, ("multizone.zone.kds.tlsSkipVerify", "false"));
            await TestControlPlane.UntilAsync(async () => (await stranger.GetAsync("/zone-sync"))?["lastError"] is not null);
            Assert.False((await stranger.GetAsync("/zone-sync"))!["connected"]!.GetValue<bool>());

            await using var zone = await TestControlPlane.ZoneAsync(
                "west",
                global.ZonesPort,
                token,
                ("multizone.zone.kds.tlsSkipVerify", "false"),
                ("multizone.zone.kds.rootCaFile", Path.Combine(folder.FullName, "control-plane-ca.crt")));
            await zone.UntilConnectedAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Zone_Deleted_IsRefusedWhileOnlineAndForgottenWhenOffline()
    {
        var zone = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, await _global.ZoneTokenAsync("west"));
        await using (zone)
        {
            await zone.UntilConnectedAsync();
            var refused = await _global.SendAsync("DELETE", "/zones/west");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Contains("unable to delete Zone, Zone CP is still connected, please shut it down first", refused.Text, StringComparison.Ordinal);
        }

        await TestControlPlane.UntilAsync(async () => (await _global.SendAsync("DELETE", "/zones/west")).Status == HttpStatusCode.OK);
        Assert.Null(await _global.GetAsync("/zone-insights/west"));
    }

    private static string Decode(string part)
    {
        var text = part.Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }
}
