using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Model.Resources;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh get KIND [NAME]</c>.</summary>
internal static class GetCommand
{
    public static Command Create(CommandContext context)
    {
        var kind = SharedOptions.Kind("Kind, singular or plural, e.g. meshtimeouts");
        var name = new Argument<string?>("NAME") { Description = "Name of one resource", Arity = ArgumentArity.ZeroOrOne };
        var mesh = SharedOptions.Mesh();
        var output = SharedOptions.Output("table", "yaml", "json");
        var size = new Option<int?>("--size") { Description = "How many at most; default: all" };
        var offset = new Option<string?>("--offset") { Description = "How many to pass over" };
        var command = new Command("get", "Show resources") { kind, name, mesh, output, size, offset };
        kind.CompletionSources.Add(_ => context.Catalog.All.Where(d => d.Path.Length > 0).Select(d => d.Path));
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var (descriptor, _) = KindNames.Find(context.Catalog, result.GetRequiredValue(kind));
            using var client = context.Connection.Connect(result);
            var meshName = result.GetRequiredValue(mesh);
            var found = result.GetValue(name) is { } wanted
                ? await client.FindAsync(KindNames.PathOf(descriptor, meshName, wanted), cancellationToken)
                    ?? throw new CliException(NotFound(descriptor, meshName, wanted))
                : await ResourceLists.ReadAsync(
                    client, KindNames.PathOf(descriptor, meshName, null), result.GetValue(size), result.GetValue(offset), cancellationToken);
            await result.InvocationConfiguration.Output.WriteAsync(
                Render(descriptor, found, result.GetRequiredValue(output), context.Clock.GetUtcNow()));
            return ExitCodes.Success;
        });
        return command;
    }

    private static string NotFound(ResourceDescriptor descriptor, string mesh, string name) => descriptor.Scope == ResourceScope.Mesh
        ? $"No resources found in {mesh} mesh: there is no {descriptor.Kind} \"{name}\""
        : $"there is no {descriptor.Kind} \"{name}\"";

    private static string Render(ResourceDescriptor descriptor, JsonNode found, string format, DateTimeOffset now) => format switch
    {
        "json" => found.ToJsonString(JsonText.Indented) + "\n",
        "yaml" => ResourceYamlText.Of(found, descriptor),
        _ => RenderTable(descriptor, found["items"] as JsonArray ?? [found.DeepClone()], now),
    };

    private static string RenderTable(ResourceDescriptor descriptor, JsonArray items, DateTimeOffset now)
    {
        var isMeshScoped = descriptor.Scope == ResourceScope.Mesh;
        var isDataplane = descriptor.Kind == "Dataplane";
        string[] columns = [.. isMeshScoped ? ["MESH"] : Array.Empty<string>(), "NAME", .. isDataplane ? ["TAGS", "ADDRESS"] : Array.Empty<string>(), "AGE"];
        var table = new Table(columns);
        foreach (var item in items)
        {
            var age = Age.Of(item?["creationTime"]?.GetValue<string>(), now);
            string[] dataplane = isDataplane ? [Labels(item), item?["networking"]?["address"]?.GetValue<string>() ?? ""] : [];
            string[] mesh = isMeshScoped ? [item?["mesh"]?.GetValue<string>() ?? ""] : [];
            table.Add([.. mesh, item?["name"]?.GetValue<string>() ?? "", .. dataplane, age]);
        }

        return table.ToString();
    }

    private static string Labels(JsonNode? item) => string.Join(
        ' ',
        (item?["labels"] as JsonObject ?? []).OrderBy(l => l.Key, StringComparer.Ordinal)
            .Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Key}={l.Value}")));
}
