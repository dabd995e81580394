using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Output;
using Mesh.Cli.Zones;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh inspect</c>: what was observed and what was computed.</summary>
internal static class InspectCommand
{
    private static readonly string[] _types = ["config", "config-dump", "policies", "rules", "layout", "stats", "clusters"];

    public static Command Create(CommandContext context)
    {
        var command = new Command("inspect", "Show what the control plane observes and computes")
        {
            CreateDataplane(context),
            CreateList(context, "dataplanes", "Show dataplanes and their connections", hasMesh: true, (_, mesh) => $"/meshes/{Uri.EscapeDataString(mesh)}/dataplanes/_overview", InspectTables.Dataplanes),
            CreateList(context, "meshes", "Show meshes and their dataplanes", hasMesh: false, (_, _) => "/mesh-insights", InspectTables.Meshes),
            CreateList(context, "zones", "Show zones and their connections", hasMesh: false, (_, _) => "/zones/_overview", ZoneTable.Of),
            CreateList(context, "convergence", "Show how far changes have come with the proxies of a zone", hasMesh: false, (_, _) => "/convergence", ConvergenceTables.Revisions),
            CreateList(context, "streams", "Show the discovery streams of a zone", hasMesh: false, (_, _) => "/streams", ConvergenceTables.Streams),
        };
        return command;
    }

    private static Command CreateList(
        CommandContext context, string name, string description, bool hasMesh, Func<ParseResult, string, string> path, Func<JsonArray, DateTimeOffset, string> table)
    {
        var output = SharedOptions.Output("table", "yaml", "json");
        var mesh = SharedOptions.Mesh();
        var command = new Command(name, description) { output };
        if (hasMesh)
        {
            command.Add(mesh);
        }

        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            using var client = context.Connection.Connect(result);
            var meshName = hasMesh ? result.GetRequiredValue(mesh) : "";
            var found = await ResourceLists.ReadAsync(client, path(result, meshName), null, null, cancellationToken);
            var text = result.GetRequiredValue(output) switch
            {
                "json" => found.ToJsonString(JsonText.Indented) + "\n",
                "yaml" => YamlText.Of(found),
                _ => table(found["items"] as JsonArray ?? [], context.Clock.GetUtcNow()),
            };
            await result.InvocationConfiguration.Output.WriteAsync(text);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDataplane(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the dataplane" };
        var mesh = SharedOptions.Mesh();
        var type = new Option<string>("--type") { Description = $"What to show: {string.Join(", ", _types)}", DefaultValueFactory = _ => "policies" };
        type.AcceptOnlyFromAmong(_types);
        var shadow = new Option<bool>("--shadow") { Description = "With --type config: as if shadow policies were in effect" };
        var include = new Option<string?>("--include") { Description = "With --type config: 'diff' adds what shadow policies would change" };
        var includeEds = new Option<bool>("--include-eds") { Description = "With --type config-dump: endpoints too" };
        var command = new Command("dataplane", "Show what is computed for one dataplane") { name, mesh, type, shadow, include, includeEds };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            using var client = context.Connection.Connect(result);
            var root = $"/meshes/{Uri.EscapeDataString(result.GetRequiredValue(mesh))}/dataplanes/{Uri.EscapeDataString(result.GetRequiredValue(name))}";
            var text = result.GetRequiredValue(type) switch
            {
                "stats" => await client.GetTextAsync(root + "/stats", cancellationToken),
                "clusters" => await client.GetTextAsync(root + "/clusters", cancellationToken),
                "config-dump" => await JsonAsync(client, root + "/xds" + (result.GetValue(includeEds) ? "?include_eds=true" : ""), cancellationToken),
                "config" => await JsonAsync(client, root + "/_config" + ConfigQuery(result.GetValue(shadow), result.GetValue(include)), cancellationToken),
                "layout" => await JsonAsync(client, root + "/_layout", cancellationToken),
                "rules" => await JsonAsync(client, root + "/_rules", cancellationToken),
                _ => await JsonAsync(client, root + "/_policies", cancellationToken),
            };
            await result.InvocationConfiguration.Output.WriteAsync(text.EndsWith('\n') ? text : text + "\n");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string ConfigQuery(bool shadow, string? include) =>
        $"?shadow={(shadow ? "true" : "false")}" + (include is null ? "" : "&include=" + Uri.EscapeDataString(include));

    private static async Task<string> JsonAsync(ApiClient client, string path, CancellationToken cancellationToken) =>
        (await client.GetAsync(path, cancellationToken)).ToJsonString(JsonText.Indented);
}
