using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh delete KIND NAME</c>.</summary>
internal static class DeleteCommand
{
    public static Command Create(CommandContext context)
    {
        var kind = SharedOptions.Kind("Kind, e.g. meshtimeout");
        var name = new Argument<string>("NAME") { Description = "Name of the resource" };
        var mesh = SharedOptions.Mesh();
        var command = new Command("delete", "Delete a resource") { kind, name, mesh };
        kind.CompletionSources.Add(_ => context.Catalog.All.Where(d => d.Path.Length > 0).Select(d => d.CliName));
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var (descriptor, _) = KindNames.Find(context.Catalog, result.GetRequiredValue(kind));
            var resource = result.GetRequiredValue(name);
            using var client = context.Connection.Connect(result);
            try
            {
                await client.DeleteAsync(KindNames.PathOf(descriptor, result.GetRequiredValue(mesh), resource), cancellationToken);
            }
            catch (Client.ApiException e) when (e.Status == 404)
            {
                throw new CliException($"there is no {descriptor.Kind} with name \"{resource}\"");
            }

            await result.InvocationConfiguration.Output.WriteLineAsync($"deleted {descriptor.Kind} \"{resource}\"");
            return ExitCodes.Success;
        });
        return command;
    }
}
