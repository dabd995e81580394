using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>What a user of a zone sees: real Envoys, real requests.</summary>
public sealed class TrafficTests
{
    [Fact]
    public async Task Permission_AppliedAndDeleted_AllowsAndDeniesCalls()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await TestControlPlane.StartAsync();
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
        await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api);

        await mesh.UntilAsync(403, "before any permission");
        Assert.Equal(0, mesh.Application.Requests);

        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        await mesh.UntilAsync(200, "with the permission");
        Assert.Contains("spiffe://default.default.mesh.local/workload/client", mesh.Application.ClientCertificate, StringComparison.Ordinal);
        Assert.Equal(["spiffe://default.default.mesh.local/workload/client"], await mesh.Client.SpiffeIdsAsync());
        Assert.Equal(["spiffe://default.default.mesh.local/workload/server"], await mesh.Server.SpiffeIdsAsync());

        await controlPlane.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/client-may-call");
        await mesh.UntilAsync(403, "after its deletion");
    }

    [Fact]
    public async Task Certificates_ShortLived_RotateWithoutAFailedRequest()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await TestControlPlane.StartAsync();
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity.Replace(
            "insecureAllowSelfSigned: true", "insecureAllowSelfSigned: true\n      certificateParameters: {expiry: 10s}", StringComparison.Ordinal));
        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api);
        await mesh.UntilAsync(200, "at the start");
        var client = await mesh.Client.CertificateSerialsAsync();
        var server = await mesh.Server.CertificateSerialsAsync();

        await using var load = new CallerLoad(mesh.Address);
        await Eventually.HoldsAsync(
            async () => await mesh.Client.CertificateSerialsAsync() != client && await mesh.Server.CertificateSerialsAsync() != server,
            "both certificates are renewed");
        await load.MoreAsync(100);

        await load.AssertNothingLostAsync();
    }

    [Fact]
    public async Task Instance_AddedAndDrainedUnderLoad_LosesNoRequest()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await TestControlPlane.StartAsync();
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api);
        await mesh.UntilAsync(200, "at the start");

        await using var load = new CallerLoad(mesh.Address);
        var (_, second) = await mesh.AddServerAsync("server-2", "127.0.0.2", TimeSpan.FromSeconds(3));
        await Eventually.HoldsAsync(() => Task.FromResult(load.Answers.ContainsKey("server-2")), "the second instance is called");
        await second.StopAsync();
        await load.MoreAsync(200);

        await load.AssertNothingLostAsync();
    }

    [Fact]
    public async Task RateLimit_Exceeded_IsAnsweredWith429()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await TestControlPlane.StartAsync();
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api);
        await mesh.UntilAsync(200, "without a limit");

        await controlPlane.Api.ApplyAsync(
            """
            type: MeshRateLimit
            mesh: default
            name: few
            spec:
              targetRef: {kind: Dataplane, labels: {app: server}}
              rules: [{default: {local: {http: {requestRate: {num: 3, interval: 1h}}}}}]
            """);

        await mesh.UntilAsync(429, "beyond the limit");
        var reached = mesh.Application.Requests;
        Assert.Equal(429, await mesh.CallAsync());
        Assert.Equal(reached, mesh.Application.Requests);
    }

    [Fact]
    public async Task Retry_FailingApplication_IsTriedAgainAndCountedUpstream()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await TestControlPlane.StartAsync();
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        await controlPlane.Api.ApplyAsync(
            """
            type: MeshRetry
            mesh: default
            name: aaa-thrice
            spec:
              to: [{targetRef: {kind: Mesh}, default: {http: {numRetries: 3, backOff: {baseInterval: 1ms}, retryOn: [5xx]}}}]
            """);
        await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api);
        await mesh.UntilAsync(200, "at the start");

        var before = mesh.Application.Requests;
        mesh.Application.FailNext(2);
        Assert.Equal(200, await mesh.CallAsync());
        Assert.Equal(before + 3, mesh.Application.Requests);
    }
}
