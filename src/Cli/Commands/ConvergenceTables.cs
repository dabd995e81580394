using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary>Tables of <c>mesh inspect convergence</c> and <c>mesh inspect streams</c>.</summary>
internal static class ConvergenceTables
{
    public static string Revisions(JsonArray items, DateTimeOffset now)
    {
        var table = new Table("REVISION", "MESH", "AGE", "PROXIES", "RECEIVED", "ACCEPTED", "REJECTED", "WAITING", "P50", "P99", "LAST", "CAUSES");
        foreach (var item in items)
        {
            var proxies = item?["proxies"];
            var answered = item?["milliseconds"]?["answered"];
            table.Add(
                Text(item, "revision"),
                Text(item, "mesh"),
                Age.Of(Text(item, "begun"), now),
                Text(proxies, "published"),
                Text(proxies, "received"),
                Text(proxies, "accepted"),
                Text(proxies, "rejected"),
                Text(proxies, "waiting"),
                Milliseconds(answered, "p50"),
                Milliseconds(answered, "p99"),
                Milliseconds(answered, "last"),
                string.Join(", ", (item?["causes"] as JsonArray ?? []).Select(cause => cause?.ToString())));
        }

        return table.ToString();
    }

    public static string Streams(JsonArray items, DateTimeOffset now)
    {
        var table = new Table("NODE", "METHOD", "AGE", "SENT", "ACCEPTED", "REJECTED", "UNANSWERED", "FOR", "STALLED", "REJECTED NOW");
        foreach (var item in items)
        {
            var types = (item?["types"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            table.Add(
                Text(item, "node"),
                Text(item, "method"),
                Age.Of(Text(item, "since"), now),
                Sum(types, "sent"),
                Sum(types, "accepted"),
                Sum(types, "rejected"),
                Sum(types, "unanswered"),
                AgeOf(types.Select(type => Text(type, "unansweredSince")).Where(since => since.Length > 0).Min(StringComparer.Ordinal), now),
                AgeOf(Text(item, "stalledSince"), now),
                string.Join(", ", types.SelectMany(type => type["rejectedNames"] as JsonArray ?? []).Select(name => name?.ToString())));
        }

        return table.ToString();
    }

    private static string AgeOf(string? since, DateTimeOffset now) => string.IsNullOrEmpty(since) ? "-" : Age.Of(since, now);

    private static string Milliseconds(JsonNode? times, string name) => times?[name] is { } time ? $"{time}ms" : "-";

    private static string Sum(List<JsonObject> types, string name) =>
        types.Sum(type => type[name]?.GetValue<long>() ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";
}
