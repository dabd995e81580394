using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>Policies of Global that are for the egress of a zone, by server name (scenario S11).</summary>
[Collection(EgressWorld.Collection)]
public sealed class ZoneProxyPolicyTests(EgressWorld world)
{
    [Fact]
    public async Task Permission_ByServerName_DecidesAtTheEgress()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var weather = await EchoApplication.StartAsync("weather");
        await world.Global.Api.ApplyAsync(ExternalServices.Service("weather", "port: 80, protocol: http", weather.Port));
        var caller = await world.AddExternalCallerAsync("pilot", ("weather", 80));
        await caller.UntilAsync(403, "before any permission");

        var sni = ExternalServices.Sni("weather", 80);
        await PermitAsync("weather-for-all", $"allow: [{{{sni}}}]");
        await caller.UntilAsync(200, "with a permission for everybody");
        Assert.Equal("weather", (await caller.CallAsync()).Body);
        var denied = await DeniedAsync();

        await PermitAsync("weather-for-none", $"deny: [{{{sni}}}]");
        await caller.UntilAsync(403, "when it is denied too");
        Assert.True(await DeniedAsync() > denied, "the egress counts what it refuses");

        await world.Global.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/weather-for-none");
        await caller.UntilAsync(200, "when it is no longer denied");
    }

    [Fact]
    public async Task Timeout_ByServerName_EndsTheRequestAtTheEgress()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var baggage = await EchoApplication.StartAsync("baggage");
        await using var catering = await EchoApplication.StartAsync("catering");
        foreach (var application in (EchoApplication[])[baggage, catering])
        {
            await world.Global.Api.ApplyAsync(ExternalServices.Service(application.Name, "port: 80, protocol: http", application.Port));
            await PermitAsync(application.Name, $"allow: [{{{ExternalServices.Sni(application.Name, 80)}}}]");
        }

        var caller = await world.AddExternalCallerAsync("steward", ("baggage", 80), ("catering", 80));
        await caller.UntilAsync(200, "at the start", destination: 0);
        await caller.UntilAsync(200, "at the start", destination: 1);
        await world.Global.Api.ApplyAsync(ExternalServices.AtEgress(
            "MeshTimeout", "baggage-is-fast", $"{{matches: [{{{ExternalServices.Sni("baggage", 80)}}}], default: {{http: {{requestTimeout: 200ms}}}}}}"));
        await Eventually.HoldsAsync(
            async () => (await world.Egress.AdminAsync("/config_dump?resource=dynamic_listeners")).Contains("\"0.200s\"", StringComparison.Ordinal),
            "the timeout is at the egress");

        baggage.BeSilent();
        Assert.Equal((504, "upstream request timeout"), await caller.CallAsync(0));
        baggage.Answer();

        Assert.True(await world.Egress.StatAsync("cluster.kri_extsvc_default___baggage_80.upstream_rq_timeout") > 0, "the egress ended the request");
        Assert.Equal(0, await caller.Sidecar.StatAsync("cluster.kri_extsvc_default___baggage_80.upstream_rq_timeout"));
        Assert.Equal(0, await world.Egress.StatAsync("cluster.kri_extsvc_default___catering_80.upstream_rq_timeout"));
        Assert.Equal((200, "catering"), await caller.CallAsync(1));
        Assert.Equal((200, "baggage"), await caller.CallAsync(0));
    }

    private Task PermitAsync(string name, string rule) =>
        world.Global.Api.ApplyAsync(ExternalServices.AtEgress("MeshTrafficPermission", name, $"{{default: {{{rule}}}}}"));

    private Task<long> DeniedAsync() => world.Egress.StatAsync("http.kri_extsvc_default___weather_80.rbac.denied");
}
