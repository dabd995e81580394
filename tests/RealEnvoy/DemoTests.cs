using Mesh.Cli;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>The demo of several zones, as a user starts it: what it shows must hold.</summary>
public sealed class DemoTests
{
    private const string Script =
        """
        until check-in-api in zone-1, flight-control in zone-2
        kill global; kill zone-1
        until check-in-api in zone-1
        start zone-1; start global
        until weather-feed
        kill check-in-api
        until check-in-api in zone-2
        start check-in-api
        until check-in-api in zone-1
        """;

    [Fact]
    public async Task Demo_TwoZonesWithControlPlanesAndAServiceKilled_AnswersEveryCallThatItMust()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await MeshCommandLine.RunAsync(
            ["demo", "--zones", "2", "--interval", "0.1", "--envoy-path", EnvoyBinary.Path!, "--script", Script],
            output,
            error,
            TestContext.Current.CancellationToken);

        Assert.True(code == ExitCodes.Success, $"{error}\n{output}");
        Assert.Contains(" 0 of them unexpected", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("portal -> flight-control (no permission)   403", output.ToString(), StringComparison.Ordinal);
    }
}
