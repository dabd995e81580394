using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Identity.Tokens;
using Mesh.Model.Values;

namespace Mesh.Cli.Commands;

/// <summary>Tokens that are signed here, with a key from a file, instead of by a control plane.</summary>
/// <param name="clock">Time of issue.</param>
internal sealed class OfflineSigning(TimeProvider clock)
{
    private readonly Option<string?> _path = new("--signing-key-path") { Description = "PEM file with the signing key: no control plane is asked" };
    private readonly Option<string?> _kid = new("--kid") { Description = "Id of the key, with --signing-key-path" };

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_path);
        command.Add(_kid);
    }

    /// <summary>The token; null when no key file is named.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="request">What a control plane would be asked.</param>
    /// <exception cref="CliException">The key or the claims cannot be used.</exception>
    public string? TryIssue(ParseResult result, JsonObject request)
    {
        if (result.GetValue(_path) is not { Length: > 0 } path)
        {
            return result.GetValue(_kid) is null ? null : throw new CliException("--kid goes with --signing-key-path", ExitCodes.Usage);
        }

        if (result.GetValue(_kid) is not { Length: > 0 } kid)
        {
            throw new CliException("--signing-key-path needs --kid, the id under which control planes know the key", ExitCodes.Usage);
        }

        var text = (string)request["validFor"]!;
        if (!GoDuration.TryParse(text, out var validFor))
        {
            throw new CliException($"--valid-for: '{text}' is no duration; write 24h, 30m or 1h30m", ExitCodes.Usage);
        }

        try
        {
            using var key = SigningKey.FromPem(kid, File.ReadAllText(path));
            return Issue(new TokenIssuer(clock), key, request, validFor.ToTimeSpan());
        }
        catch (Exception e) when (e is TokenException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message);
        }
    }

    private static string Issue(TokenIssuer issuer, SigningKey key, JsonObject request, TimeSpan validFor)
    {
        string Text(string name) => (string?)request[name] ?? "";

        if (request.ContainsKey("zone"))
        {
            return issuer.Issue(key, new ZoneToken(Text("zone"), Texts(request["scope"])), validFor);
        }

        if (request.ContainsKey("groups"))
        {
            return issuer.Issue(key, new UserToken(Text("name"), Texts(request["groups"])), validFor);
        }

        var tags = request["tags"]!.AsObject().ToDictionary(tag => tag.Key, tag => Texts(tag.Value), StringComparer.Ordinal);
        return issuer.Issue(
            key,
            new DataplaneToken { Name = Text("name"), Mesh = Text("mesh"), Workload = Text("workload"), Tags = tags },
            validFor);
    }

    private static IReadOnlyList<string> Texts(JsonNode? list) => [.. list?.AsArray().Select(item => (string?)item ?? "") ?? []];
}
