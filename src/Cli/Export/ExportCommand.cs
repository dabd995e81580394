using System.CommandLine;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;

namespace Mesh.Cli.Export;

/// <summary>
/// <c>mesh export</c>: what a control plane holds, as text that <c>mesh apply -f -</c> takes on another one (contract §6.5).
/// </summary>
internal static class ExportCommand
{
    private const string Kubernetes = "kubernetes";

    public static Command Create(CommandContext context)
    {
        var profile = new Option<string>("--profile", "-p")
        {
            Description = $"What to export: {string.Join(", ", ExportProfile.Names)}. The federation profiles are what a zone hands to a new global control plane",
            DefaultValueFactory = _ => ExportProfile.Names[0],
        };
        profile.AcceptOnlyFromAmong(ExportProfile.Names);
        var format = new Option<string>("--format", "-f") { Description = "universal, for mesh apply, or kubernetes, for kubectl", DefaultValueFactory = _ => "universal" };
        format.AcceptOnlyFromAmong("universal", Kubernetes);
        var space = new Option<string>("--system-namespace", "-n") { Description = "Namespace of the control plane, with --format kubernetes", DefaultValueFactory = _ => "kuma-system" };
        var admin = new Option<bool>("--include-admin", "-a") { Description = "Secrets too; the federation profiles always hold them" };
        var command = new Command("export", "Export resources, e.g. to move a zone under a global control plane") { profile, format, space, admin };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            using var client = context.Connection.Connect(result);
            var wanted = ExportProfile.Of(result.GetRequiredValue(profile));
            var reader = new ExportReader(client, context.Catalog, wanted, result.GetValue(admin));
            var resources = await reader.ReadAsync(cancellationToken);
            var output = result.InvocationConfiguration.Output;
            await WriteHeadAsync(client, reader.UnknownKinds, output, cancellationToken);
            if (reader.UnknownKinds.Count > 0)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"Warning: not exported, since this version does not know them: {string.Join(", ", reader.UnknownKinds)}");
            }

            var manifests = result.GetRequiredValue(format) == Kubernetes ? new ManifestExport(client, wanted, result.GetRequiredValue(space)) : null;
            foreach (var resource in resources)
            {
                var text = manifests is null
                    ? ResourceYamlText.Of(resource.Body, resource.Kind)
                    : await manifests.FindAsync(resource, cancellationToken);
                if (text is not null)
                {
                    await output.WriteAsync("---\n" + text);
                }
            }

            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Where it comes from, as a comment.</summary>
    private static async Task WriteHeadAsync(ApiClient client, IReadOnlyList<string> unknown, TextWriter output, CancellationToken cancellationToken)
    {
        var index = await client.GetAsync("/", cancellationToken);
        string Field(string name) => index[name]?.ToString() ?? "";

        await output.WriteAsync(
            $"# Product: {Field("product")}, Version: {Field("version")}, Hostname: {Field("hostname")}, ClusterId: {Field("clusterId")}, InstanceId: {Field("instanceId")}\n");
        if (unknown.Count > 0)
        {
            await output.WriteAsync($"# Not exported, since the exporting program does not know them: {string.Join(", ", unknown)}\n");
        }
    }
}
