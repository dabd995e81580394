using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Input;
using Mesh.Cli.Output;
using Mesh.Model.Resources;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh apply</c>: creates or updates resources from files, folders or the standard input.</summary>
internal static class ApplyCommand
{
    public static Command Create(CommandContext context)
    {
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "File, folder or URL; '-' reads the standard input. May be given several times",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
        };
        var variables = new Option<string[]>("--var", "-v") { Description = "Replaces {{ KEY }} in the input: KEY=VALUE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Prints what would be applied and changes nothing" };
        var command = new Command("apply", "Create or update resources") { files, variables, dryRun };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var documents = await DocumentReader.ReadAsync(result.GetValue(files)!, Variables.Parse(result.GetValue(variables) ?? []), cancellationToken);
            var resources = documents.Select(d => Identify(context.Catalog, d)).ToList();
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(dryRun))
            {
                await output.WriteAsync(string.Join("---\n", resources.Select(r => YamlText.Of(r.Document.Body))));
                return ExitCodes.Success;
            }

            using var client = context.Connection.Connect(result);
            return await ApplyAsync(client, resources, output, result.InvocationConfiguration.Error, cancellationToken);
        });
        return command;
    }

    /// <summary>Everything is tried: one refused resource does not keep the others out, and all refusals are told.</summary>
    private static async Task<int> ApplyAsync(
        ApiClient client, List<Target> resources, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var resource in resources)
        {
            var title = $"resource type=\"{resource.Descriptor.Kind}\" mesh=\"{resource.Mesh}\" name=\"{resource.Name}\"";
            try
            {
                var path = KindNames.PathOf(resource.Descriptor, resource.Mesh, resource.Name);
                var (isNew, warnings) = await client.PutAsync(path, resource.Document.Body, cancellationToken);
                await output.WriteLineAsync($"{title} {(isNew ? "Created" : "Updated")}");
                foreach (var warning in warnings)
                {
                    await error.WriteLineAsync($"Warning: {warning}");
                }
            }
            catch (ApiException e)
            {
                failed++;
                await error.WriteLineAsync($"Error: {title}: failed server side: {e.Message}");
            }
        }

        return failed == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static Target Identify(ResourceCatalog catalog, InputDocument document)
    {
        var kind = document.Text("type");
        if (!catalog.TryGetKind(kind, out var descriptor) || descriptor.Path.Length == 0)
        {
            throw new CliException($"{document.Source}: {(kind.Length == 0 ? "a resource needs a type" : $"there is no type '{kind}'")}");
        }

        var name = document.Text("name");
        if (name.Length == 0)
        {
            throw new CliException($"{document.Source}: a resource needs a name");
        }

        var mesh = descriptor.Scope == ResourceScope.Mesh ? document.Text("mesh") : "";
        if (descriptor.Scope == ResourceScope.Mesh && mesh.Length == 0)
        {
            mesh = "default";
            document.Body["mesh"] = JsonValue.Create(mesh);
        }

        return new Target(descriptor, mesh, name, document);
    }

    private sealed record Target(ResourceDescriptor Descriptor, string Mesh, string Name, InputDocument Document);
}
