using EnvoyApi.Service.Discovery.V3;
using Grpc.Core;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;
using Mesh.Sidecar.Relay;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Time.Testing;
using Any = Google.Protobuf.WellKnownTypes.Any;

namespace Mesh.Sidecar.Tests.Relay;

public sealed class AdsRelayTests : IAsyncLifetime, IHeldConfiguration
{
    private static readonly string _clusters = XdsTypes.Cluster.Url;
    private static readonly string _listeners = XdsTypes.Listener.Url;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-").FullName;
    private readonly LogLines _log = new();
    private readonly SemaphoreSlim _noted = new(0);
    private FakeControlPlane _controlPlane = null!;
    private AdsRelay? _relay;
    private HeldConfiguration _held = HeldConfiguration.Empty;

    HeldConfiguration IHeldConfiguration.Current => _held;

    private string SocketPath => Path.Combine(_folder, "s");

    public async ValueTask InitializeAsync() => _controlPlane = await FakeControlPlane.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        await _controlPlane.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    void IHeldConfiguration.Accepted(HeldConfiguration configuration)
    {
        _held = configuration;
        _noted.Release();
    }

    [Fact]
    public async Task Stream_ControlPlaneThere_EveryWordPassesBothWays()
    {
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);
        var control = await _controlPlane.AcceptAsync();
        var request = await control.ReadAsync();
        Assert.Equal("default.web", request.Node.Id);
        Assert.Equal("the token", control.Authorization);

        var response = Response(_clusters, "n1", ("a", "v1"));
        await control.SendAsync(response);
        var received = await stream.ReadAsync();
        Assert.Equal(response, received);
        await stream.NackAsync(received, "no such thing");

        var answer = await control.ReadAsync();
        Assert.Equal("n1", answer.ResponseNonce);
        Assert.Equal("no such thing", answer.ErrorDetail.Message);
        Assert.Equal(0, _held.Count);
    }

    [Fact]
    public async Task Configuration_Accepted_IsNotedAsAWhole()
    {
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        await ConfigureAsync(stream);

        Assert.Equal("v1", _held.Find(_clusters, "a")!.Version);
        Assert.Equal("v1", _held.Find(_listeners, "l")!.Version);
        Assert.Equal(0, _noted.CurrentCount);
    }

    [Fact]
    public async Task FreshEnvoy_ControlPlaneGone_GetsWhatWasNotedUntilItIsBack()
    {
        _held = Held();
        using var envoy = await StartAsync();
        await _controlPlane.DisposeAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);

        Assert.Equal(["a=v1"], Names(await stream.AcceptAsync()));
        await stream.SubscribeAsync(_listeners);
        Assert.Equal(["l=v1"], Names(await stream.AcceptAsync()));

        _controlPlane = await FakeControlPlane.StartAsync(_controlPlane.Port);
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);

        // What Envoy does then: it comes back with the versions that it was given, and hears from nobody but the control plane.
        using var second = envoy.OpenDelta();
        var request = new DeltaDiscoveryRequest { TypeUrl = _clusters };
        request.InitialResourceVersions.Add("a", "v1");
        await second.SendAsync(request);
        var control = await _controlPlane.AcceptAsync();
        Assert.Equal("v1", (await control.ReadAsync()).InitialResourceVersions["a"]);
        await control.SendAsync(Response(_clusters, "n1", ("a", "v2")));
        Assert.Equal(["a=v2"], Names(await second.ReadAsync()));
    }

    [Fact]
    public async Task RunningEnvoy_ControlPlaneLost_IsToldAndLosesNothing()
    {
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        await ConfigureAsync(stream);
        await _controlPlane.DisposeAsync();
        Assert.Equal(StatusCode.Unavailable, (await stream.EndAsync()).StatusCode);

        using var second = envoy.OpenDelta();
        var request = new DeltaDiscoveryRequest { TypeUrl = _clusters };
        request.InitialResourceVersions.Add("a", "v1");
        await second.SendAsync(request);

        Assert.Equal(StatusCode.Unavailable, (await second.EndAsync()).StatusCode);
        Assert.Equal(2, _held.Count);
        Assert.Single(_log.Lines, line => line.Contains("cannot be reached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartingEnvoy_ControlPlaneLostInBetween_GetsTheRestFromWhatWasNoted()
    {
        _held = Held();
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);
        var control = await _controlPlane.AcceptAsync();
        await control.SendAsync(Response(_clusters, "n1", ("a", "v1")));
        await stream.AcceptAsync();
        await _controlPlane.DisposeAsync();
        await stream.EndAsync();

        using var second = envoy.OpenDelta();
        var request = new DeltaDiscoveryRequest { TypeUrl = _clusters };
        request.InitialResourceVersions.Add("a", "v1");
        await second.SendAsync(request);
        await second.SubscribeAsync(_listeners);

        Assert.Equal(["l=v1"], Names(await second.ReadAsync()));
    }

    [Fact]
    public async Task FreshEnvoy_NothingNoted_IsToldThatNobodyIsThere()
    {
        using var envoy = await StartAsync();
        await _controlPlane.DisposeAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);

        Assert.Equal(StatusCode.Unavailable, (await stream.EndAsync()).StatusCode);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(16)]
    public async Task FreshEnvoy_ControlPlaneRefuses_WhatWasNotedIsNotUsed(int status)
    {
        _held = Held();
        _controlPlane.Refusal = status;
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);

        Assert.Equal((StatusCode)status, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task FreshEnvoy_ControlPlaneSilent_GetsWhatWasNotedAfterAWhile()
    {
        _held = Held();
        var clock = new FakeTimeProvider();
        using var envoy = await StartAsync(clock);
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);
        var gone = (await _controlPlane.AcceptAsync()).GoneAsync();
        clock.Advance(_patience);
        await gone;

        Assert.Equal(["a=v1"], Names(await stream.ReadAsync()));
    }

    [Fact]
    public async Task FreshEnvoy_ControlPlaneThere_GetsNothingOfWhatWasNoted()
    {
        _held = Held();
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        await stream.SubscribeAsync(_clusters);
        var control = await _controlPlane.AcceptAsync();
        await control.SendAsync(Response(_clusters, "n1", ("b", "v9")));

        Assert.Equal(["b=v9"], Names(await stream.ReadAsync()));
    }

    [Fact]
    public async Task Configuration_Rejected_FormerIsKept()
    {
        using var envoy = await StartAsync();
        using var stream = envoy.OpenDelta();
        var control = await ConfigureAsync(stream);
        await control.SendAsync(Response(_clusters, "bad", ("a", "v2")));
        await stream.NackAsync(await stream.ReadAsync(), "no");
        await control.SendAsync(Response(_clusters, "good", ("b", "v1")));
        await stream.AcceptAsync();
        await NotedAsync();

        Assert.Equal(["a=v1", "b=v1"], _held.Of(_clusters).Values.Select(r => $"{r.Name}={r.Version}").Order());
    }

    [Fact]
    public async Task Call_OfAnotherService_PassesThrough()
    {
        using var envoy = await StartAsync();
        using var health = envoy.OpenOther("envoy.service.health.v3.HealthDiscoveryService", "StreamHealthCheck");
        await health.SendRawAsync(new DiscoveryRequest { TypeUrl = "hello" });

        var control = await _controlPlane.AcceptAsync();
        Assert.Equal("/envoy.service.health.v3.HealthDiscoveryService/StreamHealthCheck", control.Path);
        Assert.Equal("the token", control.Authorization);
        control.End(12);
        Assert.Equal(StatusCode.Unimplemented, (await health.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Socket_Open_IsItsOwnersOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no file modes");
        using var envoy = await StartAsync();

#pragma warning disable CA1416 // Skipped there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
#pragma warning restore CA1416 // Only here.
    }

    private static HeldConfiguration Held()
    {
        static Dictionary<string, HeldResource> One(string name) =>
            new() { [name] = new HeldResource(name, "v1", Google.Protobuf.MessageExtensions.ToByteArray(NewResource(name, "v1"))) };
        return new HeldConfiguration(new() { [_clusters] = One("a"), [_listeners] = One("l") });
    }

    private static Resource NewResource(string name, string version) => new() { Name = name, Version = version, Resource_ = new Any { TypeUrl = "t" } };

    private static DeltaDiscoveryResponse Response(string type, string nonce, params (string Name, string Version)[] resources)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = type, Nonce = nonce };
        response.Resources.AddRange(resources.Select(resource => NewResource(resource.Name, resource.Version)));
        return response;
    }

    private static IEnumerable<string> Names(DeltaDiscoveryResponse response) => response.Resources.Select(r => $"{r.Name}={r.Version}");

    private async Task<FakeEnvoy> StartAsync(TimeProvider? clock = null)
    {
        var channel = new UpstreamChannel(new ControlPlaneTarget(_controlPlane.Address, "", ""), null, () => [("authorization", "the token")]);
        _relay = await AdsRelay.StartAsync(SocketPath, channel, this, clock ?? TimeProvider.System, _log, _patience);
        return FakeEnvoy.ConnectUnix(SocketPath, "default.web");
    }

    private async Task<FakeControlPlaneStream> ConfigureAsync(DeltaStream stream)
    {
        await stream.SubscribeAsync(_clusters);
        var control = await _controlPlane.AcceptAsync();
        await control.SendAsync(Response(_clusters, "n1", ("a", "v1")));
        await stream.AcceptAsync();
        await stream.SubscribeAsync(_listeners);
        await control.SendAsync(Response(_listeners, "n2", ("l", "v1")));
        await stream.AcceptAsync();
        await NotedAsync();
        return control;
    }

    private async Task NotedAsync() => Assert.True(await _noted.WaitAsync(_patience), "nothing was noted");
}
