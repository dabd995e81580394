using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Zones;

/// <summary>
/// Zones as <c>kumactl inspect zones</c> shows them. What a zone does not follow stands below the table, so that the table
/// itself stays what scripts know.
/// </summary>
internal static class ZoneTable
{
    public static string Of(JsonArray items, DateTimeOffset now)
    {
        var table = new Table("NAME", "STATUS", "LAST CONNECTED AGO", "LAST UPDATED AGO", "TOTAL UPDATES", "TOTAL ERRORS", "ZONE-CP VERSION", "BACKEND");
        foreach (var item in items.OfType<JsonObject>())
        {
            var insight = item["zoneInsight"];
            var subscriptions = (insight?["subscriptions"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            var last = subscriptions.LastOrDefault();
            table.Add(
                Text(item, "name"),
                Status(item, subscriptions),
                Age.Of(Text(last, "connectTime"), now),
                Age.Of(Text(last?["status"], "lastUpdateTime"), now),
                Sum(subscriptions, "responsesSent"),
                Sum(subscriptions, "responsesRejected"),
                Text(last?["version"]?["kumaCp"], "version"),
                Backend(Text(last, "config")));
        }

        return table + ZoneRemarks.Of(items, now);
    }

    /// <summary>A zone that an operator took out is shown as offline, whatever its connection.</summary>
    private static string Status(JsonObject zone, List<JsonObject> subscriptions)
    {
        var isEnabled = zone["zone"]?["enabled"]?.GetValue<bool>() != false;
        var isOnline = subscriptions.Any(s => s["connectTime"] is not null && s["disconnectTime"] is null);
        return isOnline && isEnabled ? "Online" : "Offline";
    }

    private static string Sum(List<JsonObject> subscriptions, string counter)
    {
        var sum = 0UL;
        foreach (var subscription in subscriptions)
        {
            sum += ulong.TryParse(Text(subscription["status"]?["total"], counter), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        }

        return sum.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Type of the zone's store, out of the configuration that it reports.</summary>
    private static string Backend(string config)
    {
        try
        {
            return config.Length == 0 ? "" : Text(JsonNode.Parse(config)?["store"], "type");
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string Text(JsonNode? node, string name) => node?[name]?.ToString() ?? "";
}
