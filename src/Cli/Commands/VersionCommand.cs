using System.CommandLine;
using System.Reflection;
using Mesh.Cli.Client;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh version</c>: ours, and the control plane's where one answers.</summary>
internal static class VersionCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("version", "Show versions");
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var output = result.InvocationConfiguration.Output;
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            await output.WriteLineAsync($"Client: Mesh {version.Split('+')[0]}");
            try
            {
                using var client = context.Connection.Connect(result);
                var server = await client.GetAsync("/", cancellationToken);
                await output.WriteLineAsync($"Server: {server["product"]} {server["version"]}");
            }
            catch (Exception e) when (e is CliException or ApiException)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"Unable to connect to control plane: {e.Message}");
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
