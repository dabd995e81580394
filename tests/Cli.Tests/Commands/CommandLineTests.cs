using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Cli.Tests.Commands;

public sealed class CommandLineTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-cli-");
    private ControlPlane _controlPlane = null!;

    public async ValueTask InitializeAsync()
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        var settings = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        _controlPlane = await ControlPlane.StartAsync(settings, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _controlPlane.DisposeAsync();
        _folder.Delete(true);
    }

    [Fact]
    public async Task Apply_FolderOfFiles_AppliesAllInOrderWithVariables()
    {
        Write("1.yaml", "type: Mesh\nname: '{{ mesh }}'\n---\ntype: Mesh\nname: second\n");
        Write("2.json", """{"type":"MeshTimeout","mesh":"{{ mesh }}","name":"t","spec":{"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}}""");

        var applied = await RunAsync("apply", "-f", _folder.FullName, "-v", "mesh=first");

        Assert.Equal((0, ""), (applied.Code, applied.Error));
        Assert.Equal(3, applied.Output.Split("Created").Length - 1);
        Assert.Contains("connectionTimeout: 7s", (await RunAsync("get", "meshtimeout", "t", "-m", "first", "-o", "yaml")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_DryRun_ChangesNothing()
    {
        Write("m.yaml", "type: Mesh\nname: dry\n");

        var result = await RunAsync("apply", "-f", _folder.FullName, "--dry-run");

        Assert.Contains("name: dry", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("get", "mesh", "dry")).Code);
    }

    [Fact]
    public async Task Apply_SomeInvalid_AppliesTheOthersAndTellsAllFaults()
    {
        Write("m.yaml", """
            type: MeshTimeout
            mesh: default
            name: bad
            spec:
              to:
              - targetRef: {kind: Mesh, sectionName: a}
                default: {connectionTimeout: -1s}
            ---
            type: Mesh
            name: good
            """);

        var result = await RunAsync("apply", "-f", _folder.FullName);

        Assert.Equal(1, result.Code);
        Assert.Contains("sectionName", result.Error, StringComparison.Ordinal);
        Assert.Contains("connectionTimeout", result.Error, StringComparison.Ordinal);
        Assert.Contains("name=\"good\" Created", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Resource_IsGone()
    {
        Write("m.yaml", "type: Mesh\nname: gone\n");
        await RunAsync("apply", "-f", _folder.FullName);

        Assert.Equal(0, (await RunAsync("delete", "mesh", "gone")).Code);
        Assert.Equal(1, (await RunAsync("delete", "mesh", "gone")).Code);
    }

    [Fact]
    public async Task Generate_Token_IsPrinted()
    {
        var result = await RunAsync("generate", "dataplane-token", "--valid-for", "1h", "--tag", "app=web");

        Assert.Equal(0, result.Code);
        Assert.StartsWith("eyJ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "nonsense")]
    [InlineData(ExitCodes.Usage, "get", "nokind")]
    [InlineData(ExitCodes.Usage, "apply")]
    [InlineData(ExitCodes.Failed, "apply", "-f", "/nothing/here.yaml")]
    [InlineData(ExitCodes.Failed, "get", "meshtimeout", "nothing")]
    [InlineData(ExitCodes.Success, "completion", "bash")]
    [InlineData(ExitCodes.Success, "inspect", "zones")]
    [InlineData(ExitCodes.Success, "inspect", "dataplanes")]
    public async Task Command_Outcome_IsItsExitCode(int expected, params string[] args)
    {
        Assert.Equal(expected, (await RunAsync(args)).Code);
    }

    [Fact]
    public async Task Address_NobodyListens_IsToldPlainly()
    {
        var error = new StringWriter();

        var code = await MeshCommandLine.RunAsync(["get", "meshes", "--address", "http://127.0.0.1:1"], new StringWriter(), error, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("could not connect to the control plane at http://127.0.0.1:1", error.ToString(), StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await MeshCommandLine.RunAsync(
            [.. args, "--address", _controlPlane.Addresses.Http!.ToString()], output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
