namespace Mesh.Server.Rest.Routing;

/// <summary>Media types of the API.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string PlainText = "text/plain";
    public const string PlainTextUtf8 = "text/plain; charset=utf-8";

    public static IReadOnlyList<string> JsonOnly { get; } = [Json];

    /// <summary>Bodies of resources: JSON as the contract says, YAML because people write it.</summary>
    public static IReadOnlyList<string> Resources { get; } = [Json, "application/yaml", "application/x-yaml", "text/yaml"];

    /// <summary>True when a header like <c>text/html, application/json;q=0.9</c> names the type or takes anything.</summary>
    public static bool Accepts(string header, string mediaType)
    {
        if (header.Length == 0)
        {
            return true;
        }

        foreach (var part in header.Split(','))
        {
            var name = Name(part);
            if (name is "*/*" || name.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The type without its parameters.</summary>
    public static string Name(string header)
    {
        var end = header.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? header : header[..end]).Trim();
    }

    public static bool IsYaml(string contentType) => Name(contentType).EndsWith("yaml", StringComparison.OrdinalIgnoreCase);
}
