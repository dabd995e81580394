using System.Text.Json;
using Mesh.Testing;

namespace Mesh.Sync.Tests;

/// <summary>One resource as a running Kuma sent it.</summary>
/// <param name="Type">Kind.</param>
/// <param name="Name">Name on the wire.</param>
/// <param name="Method">Stream.</param>
/// <param name="Payload">The encoded <c>KumaResource</c>.</param>
public sealed record RecordedResource(string Type, string Name, string Method, byte[] Payload)
{
    private static readonly string[] _files = ["kds-zone-joins.jsonl", "kds-zone-returns.jsonl"];

    /// <summary>Every resource of the recorded exchanges; secrets are recorded without their bytes and left out.</summary>
    public static IReadOnlyList<RecordedResource> All()
    {
        var found = new List<RecordedResource>();
        foreach (var line in Lines())
        {
            using var message = JsonDocument.Parse(line);
            if (!message.RootElement.TryGetProperty("response", out var response) || response.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            foreach (var resource in response.GetProperty("resources").EnumerateArray())
            {
                var payload = resource.GetProperty("value").GetBytesFromBase64();
                if (payload.Length > 0)
                {
                    found.Add(new RecordedResource(
                        response.GetProperty("type").GetString()!,
                        resource.GetProperty("name").GetString()!,
                        message.RootElement.GetProperty("method").GetString()!,
                        payload));
                }
            }
        }

        return found;
    }

    /// <summary>Types that were asked for on a stream.</summary>
    public static IReadOnlySet<string> Asked(string method)
    {
        var types = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in Lines())
        {
            using var message = JsonDocument.Parse(line);
            if (message.RootElement.GetProperty("method").GetString()!.EndsWith(method, StringComparison.Ordinal)
                && message.RootElement.TryGetProperty("request", out var request)
                && request.ValueKind == JsonValueKind.Object)
            {
                types.Add(request.GetProperty("type").GetString()!);
            }
        }

        return types;
    }

    private static IEnumerable<string> Lines()
    {
        Assert.SkipWhen(SharedFolder.Conformance is null, SharedFolder.SkipReason);
        return _files.SelectMany(file => File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", file)));
    }
}
