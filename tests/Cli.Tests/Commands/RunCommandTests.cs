using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Cli.Tests.Commands;

public sealed class RunCommandTests
{
    [Fact]
    public async Task Run_PortIsTaken_NamesTheSettingWithoutAStackTrace()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                "exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll"), "run", "--store", "memory", "--set", "apiServer.http.interface=127.0.0.1",
                "--http-port", $"{port}", "--https-port", "0", "--dataplane-port", "0", "--diagnostics-port", "0",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failed, process.ExitCode);
        Assert.Contains($"apiServer.http.port: Failed to bind to address http://127.0.0.1:{port}: address already in use.", await error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await error, StringComparison.Ordinal);
    }
}
