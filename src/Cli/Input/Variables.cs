using System.Text.RegularExpressions;

namespace Mesh.Cli.Input;

/// <summary>Replaces <c>{{ KEY }}</c>. What has no value stays as it is: templates of names are written the same way.</summary>
internal static partial class Variables
{
    /// <exception cref="CliException">One is not KEY=VALUE.</exception>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> pairs)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var separator = pair.IndexOf('=', StringComparison.Ordinal);
            if (separator <= 0)
            {
                throw new CliException($"'{pair}' is not a variable: write KEY=VALUE", ExitCodes.Usage);
            }

            variables[pair[..separator]] = pair[(separator + 1)..];
        }

        return variables;
    }

    public static string Replace(string text, IReadOnlyDictionary<string, string> variables) =>
        variables.Count == 0 ? text : Placeholder().Replace(text, m => variables.TryGetValue(m.Groups[1].Value, out var value) ? value : m.Value);

    [GeneratedRegex(@"\{\{\s*([^\s{}]+)\s*\}\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
