using System.CommandLine;
using Mesh.Cli.Proxy;

namespace Mesh.Cli.Tests.Proxy;

public sealed class ProxyCommandTests
{
    private const string Dataplane = "type: Dataplane\nname: web-1\n";

    [Theory]
    [InlineData(3, "--envoy-path", "--dataplane", Dataplane, "--envoy-path", "/nowhere/envoy")]
    [InlineData(3, "/nowhere/envoy", "--dataplane", Dataplane, "--binary-path", "/nowhere/envoy")]
    [InlineData(3, "/nowhere/envoy", "--name", "web-1", "--mesh", "default", "--envoy-path", "/nowhere/envoy")]
    [InlineData(2, "--dataplane-file")]
    [InlineData(2, "no name", "--dataplane", "type: Dataplane")]
    [InlineData(2, "no name", "--dataplane", "type: Dataplane\nname: {{ name }}")]
    [InlineData(2, "\"web-1\"", "--dataplane", Dataplane, "--name", "web-2")]
    [InlineData(2, "\"default\"", "--dataplane", Dataplane, "--mesh", "other")]
    [InlineData(2, "KEY=VALUE", "--dataplane", Dataplane, "--dataplane-var", "name")]
    [InlineData(2, "--dataplane-file", "-d", "/nowhere/dataplane.yaml")]
    [InlineData(2, "token file", "--dataplane", Dataplane, "--dataplane-token-file", "/nowhere/token")]
    [InlineData(2, "--ca-cert-file", "--dataplane", Dataplane, "--ca-cert-file", "/nowhere/ca.pem")]
    [InlineData(2, "--cp-address", "--dataplane", Dataplane, "--cp-address", "localhost:5678")]
    [InlineData(2, "--concurrency", "--dataplane", Dataplane, "--concurrency", "many")]
    [InlineData(2, "--dns-proxy-port", "--dataplane", Dataplane, "--dns-proxy-port", "65536")]
    [InlineData(2, "--drain-time", "--dataplane", Dataplane, "--drain-time", "soon")]
    [InlineData(2, "--dns-enabled", "--dataplane", Dataplane, "--dns-enabled", "maybe")]
    [InlineData(2, "--keep-config", "--dataplane", Dataplane, "--keep-config", "cloud")]
    [InlineData(2, "--proxy-type", "--dataplane", Dataplane, "--proxy-type", "ingress")]
    [InlineData(2, "no YAML", "--dataplane", Dataplane, "--transparent-proxy-config", "redirect: [")]
    [InlineData(2, "no port", "--dataplane", Dataplane, "--transparent-proxy-config", "redirect: {inbound: {port: 0}}")]
    public async Task Proxy_BadInput_NamesItWithItsCode(int code, string named, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var ended = await MeshCommandLine.RunAsync(["proxy", .. args], output, error, TestContext.Current.CancellationToken);

        Assert.Equal(code, ended);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("--dns-enabled", true)]
    [InlineData("--dns-enabled true", true)]
    [InlineData("--dns-enabled=false", false)]
    [InlineData("--dns-enabled false", false)]
    public void Switch_EachSpelling_IsRead(string args, bool expected)
    {
        var (flags, result) = Parse(args, []);

        Assert.Equal(expected, flags.Switch(result, "--dns-enabled", true));
    }

    [Fact]
    public void Text_FlagVariableDefault_WinInThisOrder()
    {
        var environment = new Dictionary<string, string>
        {
            ["KUMA_CONTROL_PLANE_URL"] = "https://from-variable:5678",
            ["KUMA_DATAPLANE_RUNTIME_CONFIG_DIR"] = "/from/second/variable",
            ["KUMA_DATAPLANE_NAME"] = "",
        };
        var (flags, result) = Parse("--cp-address https://from-flag:5678", environment);

        Assert.Equal("https://from-flag:5678", flags.Text(result, "--cp-address"));
        var (other, withoutFlag) = Parse("", environment);
        Assert.Equal("https://from-variable:5678", other.Text(withoutFlag, "--cp-address"));
        Assert.Equal("/from/second/variable", flags.Text(result, "--work-dir"));
        Assert.Equal("", flags.Text(result, "--name"));
        Assert.Equal(7u, flags.Number(result, "--concurrency", 7, 10));
    }

    private static (ProxyFlags Flags, ParseResult Result) Parse(string args, Dictionary<string, string> environment)
    {
        var flags = new ProxyFlags(name => environment.GetValueOrDefault(name));
        var command = new Command("proxy");
        flags.AddTo(command);
        return (flags, command.Parse(args));
    }
}
