using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary>Tables of <c>mesh inspect</c>.</summary>
internal static class InspectTables
{
    public static string Meshes(JsonArray items, DateTimeOffset now)
    {
        var table = new Table("MESH", "DATAPLANES");
        foreach (var item in items)
        {
            var dataplanes = item?["dataplanes"];
            table.Add(Text(item, "name"), string.Create(CultureInfo.InvariantCulture, $"{Number(dataplanes, "online")}/{Number(dataplanes, "total")}"));
        }

        return table.ToString();
    }

    public static string Dataplanes(JsonArray items, DateTimeOffset now)
    {
        var table = new Table(
            "MESH", "NAME", "TAGS", "STATUS", "LAST CONNECTED AGO", "LAST UPDATED AGO", "TOTAL UPDATES", "TOTAL ERRORS", "CERT REGENERATED AGO", "CERT EXPIRATION", "CERT REGENERATIONS", "KUMA-DP VERSION", "ENVOY VERSION");
        foreach (var item in items)
        {
            var insight = item?["dataplaneInsight"];
            var last = Last(insight);
            var mtls = insight?["mTLS"];
            table.Add(
                Text(item, "mesh"),
                Text(item, "name"),
                Labels(item),
                last is null || !IsOnline(last) ? "Offline" : "Online",
                Age.Of(Text(last, "connectTime"), now),
                Age.Of(Text(last?["status"], "lastUpdateTime"), now),
                Text(last?["status"]?["total"], "responsesSent", "0"),
                Text(last?["status"]?["total"], "responsesRejected", "0"),
                Age.Of(Text(mtls, "lastCertificateRegeneration"), now),
                Text(mtls, "certificateExpirationTime", "-"),
                Text(mtls, "certificateRegenerations", "0"),
                Text(last?["version"]?["kumaDp"], "version", "-"),
                Text(last?["version"]?["envoy"], "version", "-"));
        }

        return table.ToString();
    }

    private static JsonNode? Last(JsonNode? insight) =>
        insight?["subscriptions"] is JsonArray { Count: > 0 } subscriptions ? subscriptions[^1] : null;

    private static bool IsOnline(JsonNode subscription) => subscription["connectTime"] is not null && subscription["disconnectTime"] is null;

    private static string Labels(JsonNode? item) =>
        string.Join(' ', (item?["labels"] as JsonObject ?? []).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static int Number(JsonNode? node, string name) => node?[name]?.GetValue<int>() ?? 0;

    private static string Text(JsonNode? node, string name, string otherwise = "") => node?[name]?.ToString() ?? otherwise;
}
