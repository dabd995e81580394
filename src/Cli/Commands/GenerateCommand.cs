using System.CommandLine;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh generate</c>: tokens, keys and certificates.</summary>
internal static class GenerateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("generate", "Generate tokens, keys and certificates")
        {
            CreateDataplaneToken(context),
            CreateUserToken(context),
            CreateZoneToken(context),
            GenerateKeyCommands.CreateSigningKey(),
            GenerateKeyCommands.CreatePublicKey(),
            GenerateKeyCommands.CreateTlsCertificate(context.Clock),
        };
        return command;
    }

    private static Command CreateDataplaneToken(CommandContext context)
    {
        var name = new Option<string?>("--name") { Description = "Only the dataplane of this name may use it" };
        var mesh = SharedOptions.Mesh();
        var tags = new Option<string[]>("--tag") { Description = "KEY=VALUE: only dataplanes with this label may use it; several values of a key are alternatives" };
        var workload = new Option<string?>("--workload") { Description = "Only dataplanes of this workload may use it" };
        var validFor = ValidFor();
        var command = new Command("dataplane-token", "Generate a token for dataplanes") { name, mesh, tags, workload, validFor };
        var offline = new OfflineSigning(context.Clock);
        offline.AddTo(command);
        CommandContext.SetAction(command, (result, cancellationToken) => GenerateAsync(
            context,
            offline,
            result,
            "/tokens/dataplane",
            new JsonObject
            {
                ["name"] = result.GetValue(name) ?? "",
                ["mesh"] = result.GetRequiredValue(mesh),
                ["tags"] = Tags(result.GetValue(tags) ?? []),
                ["workload"] = result.GetValue(workload) ?? "",
                ["validFor"] = result.GetValue(validFor),
            },
            cancellationToken));
        return command;
    }

    private static Command CreateUserToken(CommandContext context)
    {
        var name = new Option<string>("--name") { Description = "User", Required = true };
        var groups = new Option<string[]>("--group") { Description = "Group of the user; may be given several times" };
        var validFor = ValidFor();
        var command = new Command("user-token", "Generate a token for a user of the API") { name, groups, validFor };
        var offline = new OfflineSigning(context.Clock);
        offline.AddTo(command);
        CommandContext.SetAction(command, (result, cancellationToken) => GenerateAsync(
            context,
            offline,
            result,
            "/tokens/user",
            new JsonObject
            {
                ["name"] = result.GetRequiredValue(name),
                ["groups"] = new JsonArray([.. (result.GetValue(groups) ?? []).Select(g => (JsonNode?)JsonValue.Create(g))]),
                ["validFor"] = result.GetValue(validFor),
            },
            cancellationToken));
        return command;
    }

    private static Command CreateZoneToken(CommandContext context)
    {
        var zone = new Option<string>("--zone") { Description = "Zone", Required = true };
        var scopes = new Option<string[]>("--scope") { Description = "What the token is for; default: cp" };
        var validFor = ValidFor();
        var command = new Command("zone-token", "Generate a token for a zone") { zone, scopes, validFor };
        var offline = new OfflineSigning(context.Clock);
        offline.AddTo(command);
        CommandContext.SetAction(command, (result, cancellationToken) => GenerateAsync(
            context,
            offline,
            result,
            "/tokens/zone",
            new JsonObject
            {
                ["zone"] = result.GetRequiredValue(zone),
                ["scope"] = new JsonArray([.. (result.GetValue(scopes) is { Length: > 0 } given ? given : ["cp"]).Select(s => (JsonNode?)JsonValue.Create(s))]),
                ["validFor"] = result.GetValue(validFor),
            },
            cancellationToken));
        return command;
    }

    private static Option<string> ValidFor() =>
        new("--valid-for") { Description = "How long the token is valid, e.g. 24h", Required = true };

    private static JsonObject Tags(IEnumerable<string> pairs)
    {
        var tags = new JsonObject();
        foreach (var pair in pairs)
        {
            var separator = pair.IndexOf('=', StringComparison.Ordinal);
            if (separator <= 0)
            {
                throw new CliException($"--tag {pair}: write KEY=VALUE", ExitCodes.Usage);
            }

            var key = pair[..separator];
            if (tags[key] is not JsonArray values)
            {
                tags[key] = values = [];
            }

            values.Add(pair[(separator + 1)..]);
        }

        return tags;
    }

    private static async Task<int> GenerateAsync(
        CommandContext context, OfflineSigning offline, ParseResult result, string path, JsonObject body, CancellationToken cancellationToken)
    {
        if (offline.TryIssue(result, body) is { } token)
        {
            await result.InvocationConfiguration.Output.WriteAsync(token);
            return ExitCodes.Success;
        }

        using var client = context.Connection.Connect(result);
        await result.InvocationConfiguration.Output.WriteAsync(await client.PostAsync(path, body, cancellationToken));
        return ExitCodes.Success;
    }
}
