using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Sidecar.Probes;

namespace Mesh.Sidecar.Tests.Probes;

public sealed class ReadinessReporterTests
{
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_FollowsEnvoyUntilDraining()
    {
        var isReady = false;
        using var reporter = ReadinessReporter.Listen(0, _ => Task.FromResult(isReady));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_token);
        var run = reporter.RunAsync(stop.Token);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{reporter.Port}") };

        Assert.Equal((503, "NOT_READY"), await GetAsync(client, "/ready"));
        isReady = true;
        Assert.Equal((200, "READY"), await GetAsync(client, "/ready"));
        Assert.Equal((404, "NOT_FOUND"), await GetAsync(client, "/other"));
        reporter.Drain();
        Assert.Equal((503, "TERMINATING"), await GetAsync(client, "/ready"));

        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Ready_EndlessHead_IsCut()
    {
        using var reporter = ReadinessReporter.Listen(0, _ => Task.FromResult(true));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_token);
        var run = reporter.RunAsync(stop.Token);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, reporter.Port, _token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(new string('a', 8 * 1024)), _token);

        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], _token));
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public void Listen_PortInUse_SaysWhichFlagMovesIt()
    {
        using var first = ReadinessReporter.Listen(0, _ => Task.FromResult(true));

        var fault = Assert.Throws<SidecarException>(() => ReadinessReporter.Listen(first.Port, _ => Task.FromResult(true)));

        Assert.Contains("--readiness-port", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Text)> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, _token);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(_token));
    }
}
