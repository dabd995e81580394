using System.CommandLine;
using Mesh.Model.Resources;

namespace Mesh.Cli.Commands;

/// <summary>What commands share.</summary>
/// <param name="Connection">Options that say which control plane to talk to.</param>
/// <param name="Catalog">Kinds.</param>
/// <param name="Clock">Time.</param>
internal sealed record CommandContext(ConnectionOptions Connection, ResourceCatalog Catalog, TimeProvider Clock)
{
    /// <summary>Runs a command's work; what it cannot do is told in one place and in one form.</summary>
    public static void SetAction(Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (result, cancellationToken) =>
        {
            var error = result.InvocationConfiguration.Error;
            try
            {
                return await action(result, cancellationToken);
            }
            catch (CliException e)
            {
                await error.WriteLineAsync($"Error: {e.Message}");
                return e.ExitCode;
            }
            catch (Client.ApiException e)
            {
                await error.WriteLineAsync($"Error: {e.Message}");
                return ExitCodes.Failed;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Failed;
            }
        });
}
