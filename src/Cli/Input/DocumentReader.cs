using System.Text.Json.Nodes;

namespace Mesh.Cli.Input;

/// <summary>Reads resources from files, folders (in order of names), URLs and the standard input; several in one are parted by <c>---</c>.</summary>
internal static class DocumentReader
{
    private const long LongestInput = 64 << 20;
    private static readonly string[] _extensions = [".yaml", ".yml", ".json"];

    /// <exception cref="CliException">Something cannot be read.</exception>
    public static async Task<IReadOnlyList<InputDocument>> ReadAsync(
        IEnumerable<string> sources, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        var documents = new List<InputDocument>();
        foreach (var source in sources.SelectMany(Expand))
        {
            var text = Variables.Replace(await ReadTextAsync(source, cancellationToken), variables);
            var index = 0;
            foreach (var node in Parse(source, text))
            {
                var position = $"{(source == "-" ? "stdin" : source)}, resource {++index}";
                documents.Add(node is JsonObject body
                    ? new InputDocument(position, body)
                    : throw new CliException($"{position}: is not a resource"));
            }
        }

        return documents.Count > 0 ? documents : throw new CliException("no resources found in the input");
    }

    private static IEnumerable<string> Expand(string source) => !Directory.Exists(source)
        ? [source]
        : Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .Where(f => _extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);

    private static async Task<string> ReadTextAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            if (source == "-")
            {
                return await Console.In.ReadToEndAsync(cancellationToken);
            }

            if (source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal))
            {
                using var http = new HttpClient { MaxResponseContentBufferSize = LongestInput };
                return await http.GetStringAsync(new Uri(source), cancellationToken);
            }

            return new FileInfo(source) is { Exists: true, Length: > LongestInput }
                ? throw new CliException($"{source}: larger than {LongestInput} bytes")
                : await File.ReadAllTextAsync(source, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            throw new CliException($"{source}: {e.Message}");
        }
    }

    private static IReadOnlyList<JsonNode?> Parse(string source, string text) => YamlDocuments.Parse(source, text);
}
