using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Mesh.Conformance.Rest;

/// <summary>A request of a case file and what must come back.</summary>
/// <param name="Name">File and number, for the report.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Status">Status that must come back.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="RequestFile">Body to send, or null.</param>
/// <param name="GoldenFile">Body that must come back, or null.</param>
internal sealed record KumaRestRequest(string Name, string Target, int Status, string Method, string? RequestFile, string? GoldenFile)
{
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Target);
        if (RequestFile is not null)
        {
            message.Content = new ByteArrayContent(File.ReadAllBytes(RequestFile));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return message;
    }
}

/// <summary>A case file: resources that are there, and requests, told by comment lines <c>#/path status [method=M]</c>.</summary>
/// <param name="InputFile">The file.</param>
/// <param name="Requests">Its requests, in order.</param>
internal sealed partial record KumaRestCase(string InputFile, IReadOnlyList<KumaRestRequest> Requests)
{
    private const string Suffix = ".input.yaml";

    public static KumaRestCase Read(string inputFile, string root)
    {
        var lines = File.ReadLines(inputFile).Select(l => Header().Match(l)).Where(m => m.Success).ToList();
        var stem = inputFile[..^Suffix.Length];
        var requests = new List<KumaRestRequest>();
        for (var i = 0; i < lines.Count; i++)
        {
            var match = lines[i];
            var numbered = $"{stem}_{i:00}";
            requests.Add(new KumaRestRequest(
                Path.GetRelativePath(root, lines.Count == 1 ? stem : numbered),
                match.Groups["target"].Value,
                int.Parse(match.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture),
                match.Groups["method"].Success ? match.Groups["method"].Value : "GET",
                Existing(numbered + ".request.json", stem + ".request.json"),
                Existing(numbered + ".golden.json", stem + ".golden.json")));
        }

        return new KumaRestCase(inputFile, requests);
    }

    private static string? Existing(params string[] candidates) => candidates.FirstOrDefault(File.Exists);

    [GeneratedRegex(@"^#(?<target>/\S+)\s+(?<status>\d{3})(\s+method=(?<method>\S+))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Header();
}
