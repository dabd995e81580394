using System.CommandLine;
using Mesh.Cli.Client;

namespace Mesh.Cli.Commands;

/// <summary>Options that say which control plane a command talks to.</summary>
internal sealed class ConnectionOptions
{
    private const string DefaultAddress = "http://localhost:5681";

    public Option<string?> Address { get; } = new("--address")
    {
        Description = $"Control plane, e.g. https://cp:5682 (environment: MESH_ADDRESS; default: {DefaultAddress})",
        Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = "User token (environment: MESH_TOKEN)",
        Recursive = true,
    };

    public Option<string?> CaCertFile { get; } = new("--ca-cert-file")
    {
        Description = "PEM file with the certificates to trust",
        Recursive = true,
    };

    public Option<bool> SkipVerify { get; } = new("--skip-verify")
    {
        Description = "Trust any certificate of the control plane",
        Recursive = true,
    };

    public void AddTo(Command command)
    {
        command.Add(Address);
        command.Add(Token);
        command.Add(CaCertFile);
        command.Add(SkipVerify);
    }

    /// <exception cref="CliException">The address is none.</exception>
    public ApiClient Connect(ParseResult result)
    {
        var address = result.GetValue(Address) ?? Variable("MESH_ADDRESS") ?? DefaultAddress;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new CliException($"'{address}' is not an address such as http://localhost:5681", ExitCodes.Usage);
        }

        var caCertFile = result.GetValue(CaCertFile);
        return caCertFile is null || File.Exists(caCertFile)
            ? new ApiClient(new ControlPlaneAddress(url, result.GetValue(Token) ?? Variable("MESH_TOKEN"), caCertFile, result.GetValue(SkipVerify)))
            : throw new CliException($"--ca-cert-file: there is no file {caCertFile}", ExitCodes.Usage);
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
