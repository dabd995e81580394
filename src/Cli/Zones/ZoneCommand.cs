using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;

namespace Mesh.Cli.Zones;

/// <summary>
/// <c>mesh zone</c>: how a zone stands with its global control plane. It talks to the zone itself: what a zone follows is
/// decided there, and can be when Global cannot be reached.
/// </summary>
internal static class ZoneCommand
{
    private const string State = "/zone-sync";

    public static Command Create(CommandContext context) =>
        new("zone", "Show how a zone stands with its global control plane, and decide what it follows. Run it against the zone")
        {
            CreateStatus(context),
            CreateAccept(context),
        };

    private static Command CreateStatus(CommandContext context)
    {
        var output = SharedOptions.Output("table", "yaml", "json");
        var command = new Command("status", "Show the connection to Global, and what is held back or refused") { output };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            using var client = context.Connection.Connect(result);
            var state = await client.FindAsync(State, cancellationToken) as JsonObject ?? throw await ExplainAsync(client, cancellationToken);
            var text = result.GetRequiredValue(output) switch
            {
                "json" => state.ToJsonString(JsonText.Indented) + "\n",
                "yaml" => YamlText.Of(state),
                _ => ZoneStatusText.Of(state, context.Clock.GetUtcNow()),
            };
            await result.InvocationConfiguration.Output.WriteAsync(text);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateAccept(CommandContext context)
    {
        var command = new Command("accept", "Follow the sync that this zone holds back because it would take much away");
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            using var client = context.Connection.Connect(result);
            var state = await client.FindAsync(State, cancellationToken) as JsonObject ?? throw await ExplainAsync(client, cancellationToken);
            await client.PostAsync(State + "/accept", new JsonObject(), cancellationToken);
            await result.InvocationConfiguration.Output.WriteLineAsync(
                $"zone \"{state["zone"]}\" follows Global again: {ZoneStatusText.Losses(state["hold"] as JsonObject)}");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Why there is no state: Global has none, and neither has a zone on its own.</summary>
    private static async Task<CliException> ExplainAsync(ApiClient client, CancellationToken cancellationToken)
    {
        try
        {
            var mode = (string?)(await client.GetAsync("/config", cancellationToken))["mode"];
            return new CliException(mode == "global"
                ? "this is the global control plane; what a zone follows is decided in the zone: run the command against it, with --address"
                : "this control plane belongs to no global control plane: it has no multizone.zone.globalAddress");
        }
        catch (ApiException)
        {
            return new CliException("this control plane tells nothing about a global control plane");
        }
    }
}
