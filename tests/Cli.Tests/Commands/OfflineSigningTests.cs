using Mesh.Identity.Tokens;

namespace Mesh.Cli.Tests.Commands;

/// <summary>Tokens signed with a key from a file, without a control plane.</summary>
public sealed class OfflineSigningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-offline-").FullName;

    private string KeyFile => Path.Combine(_folder, "key.pem");

    [Fact]
    public async Task DataplaneToken_SignedWithAFile_IsValidForThatKey()
    {
        using var key = SigningKey.Generate(7);
        await File.WriteAllTextAsync(KeyFile, key.ExportPrivatePem());
        var (code, output, _) = await RunAsync(
            "generate", "dataplane-token", "--mesh", "airline", "--name", "web-1", "--workload", "web", "--tag", "app=web", "--valid-for", "1h",
            "--signing-key-path", KeyFile, "--kid", "7");

        Assert.Equal(ExitCodes.Success, code);
        var token = await new TokenValidator(TimeProvider.System).ValidateDataplaneAsync(output, new SigningKeySet([key], new HashSet<string>()));
        Assert.Equal(("airline", "web-1", "web", "web"), (token.Mesh, token.Name, token.Workload, token.Tags["app"].Single()));
    }

    [Fact]
    public async Task UserAndZoneToken_SignedWithAFile_AreValidForThatKey()
    {
        using var key = SigningKey.Generate(1);
        await File.WriteAllTextAsync(KeyFile, key.ExportPrivatePem());
        var keys = new SigningKeySet([key], new HashSet<string>());
        var user = await RunAsync("generate", "user-token", "--name", "ann", "--group", "pilots", "--valid-for", "1h", "--signing-key-path", KeyFile, "--kid", "1");
        var zone = await RunAsync("generate", "zone-token", "--zone", "east", "--valid-for", "1h", "--signing-key-path", KeyFile, "--kid", "1");

        Assert.Equal(["pilots"], (await new TokenValidator(TimeProvider.System).ValidateUserAsync(user.Output, keys)).Groups);
        Assert.Equal("east", (await new TokenValidator(TimeProvider.System).ValidateZoneAsync(zone.Output, keys)).Zone);
    }

    [Theory]
    [InlineData(ExitCodes.Usage, "--kid", "--signing-key-path", "key.pem")]
    [InlineData(ExitCodes.Usage, "--signing-key-path", "--kid", "1")]
    [InlineData(ExitCodes.Failed, "missing.pem", "--kid", "1", "--signing-key-path", "missing.pem")]
    public async Task Token_KeyCannotBeUsed_SaysWhy(int expected, string named, params string[] options)
    {
        var (code, _, error) = await RunAsync([.. (string[])["generate", "user-token", "--name", "ann", "--valid-for", "1h"], .. options]);

        Assert.Equal(expected, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await MeshCommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
