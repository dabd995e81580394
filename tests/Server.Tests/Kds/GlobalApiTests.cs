using System.Net;

namespace Mesh.Server.Tests.Kds;

/// <summary>The API of a Global without zones.</summary>
public sealed class GlobalApiTests : IAsyncLifetime
{
    private TestControlPlane _global = null!;

    public async ValueTask InitializeAsync() => _global = await TestControlPlane.GlobalAsync();

    public ValueTask DisposeAsync() => _global.DisposeAsync();

    [Theory]
    [InlineData("dataplanes", """{"type": "Dataplane", "mesh": "default", "name": "a", "networking": {"address": "127.0.0.1"}}""")]
    [InlineData("meshzoneaddresses", """{"type": "MeshZoneAddress", "mesh": "default", "name": "a", "spec": {"address": "1.2.3.4", "port": 1}}""")]
    [InlineData("workloads", """{"type": "Workload", "mesh": "default", "name": "a", "spec": {}}""")]
    public async Task Kind_ThatZonesAuthor_IsReadOnly(string path, string body)
    {
        var written = await _global.SendAsync("PUT", $"/meshes/default/{path}/a", body);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, written.Status);
        Assert.Contains("On global control plane you can not modify dataplane resources", written.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _global.SendAsync("DELETE", $"/meshes/default/{path}/a")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _global.SendAsync("GET", $"/meshes/default/{path}")).Status);
    }

    [Fact]
    public async Task Resources_ReadOnly_FollowsWhoAuthorsThem()
    {
        var readOnly = (await _global.GetAsync("/_resources"))!["resources"]!.AsArray()
            .ToDictionary(r => r!["name"]!.GetValue<string>(), r => r!["readOnly"]!.GetValue<bool>());

        Assert.All(new[] { "Dataplane", "MeshService", "Workload", "MeshZoneAddress", "ZoneInsight", "MeshInsight" }, kind => Assert.True(readOnly[kind], kind));
        Assert.All(new[] { "Mesh", "MeshTimeout", "MeshMultiZoneService", "MeshExternalService", "Zone", "Secret", "GlobalSecret" }, kind => Assert.False(readOnly[kind], kind));
    }

    [Fact]
    public async Task NewGlobal_HasTheDefaultsOfAGlobal()
    {
        var generators = (await _global.GetAsync("/hostnamegenerators"))!["items"]!.AsArray().Select(g => g!["name"]!.GetValue<string>());
        Assert.Equal(
            [
                "synced-headless-kube-mesh-service", "synced-kube-mesh-service", "synced-mesh-external-service",
                "synced-mesh-multi-zone-service", "synced-universal-mesh-service",
            ],
            generators.Order(StringComparer.Ordinal));
        var labels = (await _global.GetAsync("/meshes/default/meshtimeouts/mesh-timeout-all-default"))!["labels"]!;
        Assert.Equal("global", labels["kuma.io/origin"]!.GetValue<string>());
        Assert.Null(labels["kuma.io/zone"]);
        Assert.Equal(0, (await _global.GetAsync("/zones"))!["total"]!.GetValue<int>());
        Assert.NotNull(await _global.GetAsync("/globalsecrets/zone-token-signing-key-1"));
        Assert.Null(await _global.GetAsync("/globalsecrets/envoy-admin-ca"));
    }

    [Fact]
    public async Task Policy_Written_IsLabelledAsGlobals()
    {
        await _global.PutAsync(
            "/meshes/default/meshtimeouts/slow",
            """{"type": "MeshTimeout", "mesh": "default", "name": "slow", "labels": {"kuma.io/origin": "zone"}, "spec": {"targetRef": {"kind": "Mesh"}, "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "7s"}}]}}""");

        var labels = (await _global.GetAsync("/meshes/default/meshtimeouts/slow"))!["labels"]!;

        Assert.Equal("global", labels["kuma.io/origin"]!.GetValue<string>());
    }

    [Fact]
    public async Task Mesh_Created_IsComplete()
    {
        await _global.PutAsync("/meshes/other", """{"type": "Mesh", "name": "other"}""");

        Assert.NotNull(await _global.GetAsync("/meshes/other/meshretries/mesh-retry-all-other"));
        await TestControlPlane.UntilAsync(async () => (await _global.GetAsync("/mesh-insights/other"))?["resources"]?["MeshRetry"] is not null);
    }
}
