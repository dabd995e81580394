using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Transport;
using Mesh.Server.Settings;
using Mesh.Server.Tests.Rest;

namespace Mesh.Server.Tests.Sockets;

/// <summary>What TCP does on proxies' connections is chosen, not left to whatever the system does for everything. Linux.</summary>
public sealed class CongestionControlTests
{
    public CongestionControlTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");

    [Fact]
    public async Task Listener_WithAName_GivesItToTheConnectionsThatItAccepts()
    {
        using var listener = MeshAdsExtensions.Bind(new IPEndPoint(IPAddress.Loopback, 0), new AdsHostOptions { CongestionControl = "reno" });
        listener.Listen();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal("reno", CongestionControl.Of(accepted));
    }

    [Fact]
    public void Listener_WithoutOne_IsAsTheSystemSays()
    {
        using var listener = MeshAdsExtensions.Bind(new IPEndPoint(IPAddress.Loopback, 0), new AdsHostOptions());
        Assert.Equal(OfSystem(), CongestionControl.Of(listener));
    }

    [Fact]
    public void Choose_Auto_ReplacesOnlyOneThatPaces()
    {
        Assert.True(CongestionControl.TryChoose(CongestionControl.Auto, out var name));
        if (OfSystem().StartsWith("bbr", StringComparison.Ordinal))
        {
            Assert.True(name is "cubic" or "reno", name);
        }
        else
        {
            Assert.Null(name);
        }
    }

    [Fact]
    public void Choose_ByName_FindsOutWhetherThereIsOne()
    {
        Assert.True(CongestionControl.TryChoose("reno", out var name));
        Assert.Equal("reno", name);
        Assert.True(CongestionControl.TryChoose(CongestionControl.OfSystem, out name));
        Assert.Null(name);
        Assert.False(CongestionControl.TryChoose("nosuch", out _));
    }

    [Fact]
    public async Task ControlPlane_WithAnUnknownName_DoesNotStartAndSaysWhichSetting()
    {
        var fault = await Assert.ThrowsAsync<SettingsException>(() => RestFixture.StartAsync(("xdsServer.congestionControl", "nosuch")));
        Assert.Contains("xdsServer.congestionControl", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    private static string OfSystem()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        return CongestionControl.Of(socket);
    }
}
