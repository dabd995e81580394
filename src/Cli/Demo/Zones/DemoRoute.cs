using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Demo.Zones;

/// <summary>A call that the demo repeats.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Address">Where the caller sends it.</param>
/// <param name="Expected">Status that the mesh is to answer with.</param>
/// <param name="Paths">Ways that it can take: each is a set of parts that all must run. Control planes are in none.</param>
internal sealed record DemoRoute(string Name, Uri Address, int Expected, IReadOnlyList<IReadOnlyList<string>> Paths)
{
    /// <summary>How long calls may fail after a part on the way was killed or started.</summary>
    public static TimeSpan Recovery { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether a failure would be the mesh's fault: a way is there, and has been for long enough.</summary>
    public bool MustSucceed(DemoParts parts) =>
        Paths.Any(path => path.All(name => parts[name].IsRunning))
        && Paths.SelectMany(path => path).All(name => parts[name].Unchanged >= Recovery);

    /// <summary>Who answered, in the order of the calls, as <c>check-in-api in zone-1, flight-control in zone-2</c>.</summary>
    public static string Answerers(DemoCall call)
    {
        try
        {
            var names = new List<string>();
            for (var answer = JsonNode.Parse(call.Body); answer is JsonObject; answer = answer["next"])
            {
                names.Add((string?)answer["service"] ?? "?");
            }

            return string.Join(", ", names);
        }
        catch (JsonException)
        {
            return call.Body.ReplaceLineEndings(" ");
        }
    }
}
