using System.Diagnostics.Metrics;
using Mesh.Model.Stores;
using Mesh.Server.Hosting;
using Mesh.Server.Hosting.Rehearsing;
using Mesh.Server.Settings;
using Mesh.Server.Tests.Ads;
using Mesh.Server.Tests.Kds;
using Mesh.Testing.FakeEnvoy;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Hosting;

/// <summary>The arrival of a fleet is rehearsed after a start, and nobody sees anything of it.</summary>
public sealed class RehearsalTests
{
    private static readonly RehearsalPlan _few = new() { Next = 4, MaxPauses = 1 };

    private readonly LogLines _log = new() { Least = LogLevel.Debug };

    [Theory]
    [InlineData("true", "sockets")]
    [InlineData("false", "sockets")]
    [InlineData("false", "kestrel")]
    public async Task Rehearse_NobodyComes_PlaysAllOfItAndLeavesNothing(string plainText, string transport)
    {
        await using var controlPlane = await StartAsync(plainText, transport);
        controlPlane.Rehearse(_few);
        await AdsServer.UntilAsync(() => Said.Count > 0);
        Assert.StartsWith("rehearsed the arrival of 12 proxies in ", Assert.Single(Said), StringComparison.Ordinal);
        Assert.Empty(_log.Of("ProxyConnected"));
        Assert.Empty((await controlPlane.Store.ListAsync(new ResourceQuery { Kind = "Dataplane" }, TestContext.Current.CancellationToken)).Items);
        Assert.DoesNotContain(Meters(), name => name.StartsWith("Rehearsal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rehearse_ProxiesAreThere_IsNotPlayed()
    {
        await using var controlPlane = await StartAsync();
        var envoys = Enumerable.Range(0, 4).Select(i => FakeEnvoy.Connect(controlPlane.Addresses.DataPlane, $"default.web-{i}")).ToList();
        var streams = envoys.ConvertAll(envoy => envoy.OpenDelta());
        foreach (var stream in streams)
        {
            await stream.SubscribeAsync(Mesh.Protocol.Ads.XdsTypes.Cluster.Url);
        }

        await AdsServer.UntilAsync(() => _log.Of("ProxyConnected").Count == envoys.Count);
        controlPlane.Rehearse(_few);
        await AdsServer.UntilAsync(() => Said.Count > 0);
        Assert.StartsWith("rehearsed the arrival of 0 proxies in ", Assert.Single(Said), StringComparison.Ordinal);
        streams.ForEach(stream => stream.Dispose());
        envoys.ForEach(envoy => envoy.Dispose());
    }

    [Fact]
    public async Task Rehearse_ControlPlaneStopsMeanwhile_EndsWithIt()
    {
        var controlPlane = await StartAsync();
        controlPlane.Rehearse(_few);
        await controlPlane.DisposeAsync();
        Assert.Single(Said);
    }

    private IReadOnlyList<string> Said => [.. _log.Of("Rehearsed"), .. _log.Of("NotRehearsed")];

    private static List<string> Meters()
    {
        var names = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => names.Add(instrument.Meter.Name) };
        listener.Start();
        return names;
    }

    private Task<ControlPlane> StartAsync(string plainText = "true", string transport = "sockets")
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["dpServer.plainText"] = plainText,
            ["dpServer.authn.dpProxy.type"] = "none",
            ["xdsServer.transport"] = transport,
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        return ControlPlane.StartAsync(
            SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings, _log, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
