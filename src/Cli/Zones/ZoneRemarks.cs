using System.Text;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Zones;

/// <summary>
/// What zones and their global control plane do not take from each other, for people: refused resources, and syncs that a
/// zone holds back because they would take too much away. Read from <c>status.faults</c> of a zone's newest connection.
/// </summary>
internal static class ZoneRemarks
{
    private const int ShownKinds = 3;

    /// <summary>A paragraph below the table of zones; empty when everything is taken.</summary>
    public static string Of(JsonArray zones, DateTimeOffset now)
    {
        var text = new StringBuilder();
        foreach (var zone in zones.OfType<JsonObject>())
        {
            var last = zone["zoneInsight"]?["subscriptions"] is JsonArray { Count: > 0 } subscriptions ? subscriptions[^1] : null;
            foreach (var remark in Faults(last?["status"]?["faults"] as JsonArray ?? []))
            {
                text.Append(text.Length == 0 ? "\n" : "").Append(zone["name"]).Append(": ").Append(remark).Append('\n');
            }

            if (last?["disconnectTime"]?.ToString() is { Length: > 0 } gone && zone["zone"]?["enabled"]?.GetValue<bool>() != false)
            {
                text.Append(text.Length == 0 ? "\n" : "")
                    .Append(zone["name"]).Append(": away since ").Append(Age.Of(gone, now)).Append("; its services stay until the zone is disabled or deleted\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A line for each refused resource, and one for all kinds that are refused for the same reason.</summary>
    private static IEnumerable<string> Faults(JsonArray faults)
    {
        var groups = faults.OfType<JsonObject>().GroupBy(f => (Direction: Text(f, "direction"), Reason: Text(f, "reason"), IsWhole: Text(f, "name").Length == 0));
        foreach (var group in groups)
        {
            var receiver = group.Key.Direction == "GlobalToZone" ? "the zone does not take" : "Global does not take";
            var reason = group.Key.Reason.Length > 0 ? group.Key.Reason.ReplaceLineEndings(" ") : "no reason given";
            if (group.Key.IsWhole)
            {
                var kinds = group.Select(f => Text(f, "type")).ToList();
                var more = kinds.Count > ShownKinds ? $" and {kinds.Count - ShownKinds} more kinds" : "";
                yield return $"{receiver} changes of {string.Join(", ", kinds.Take(ShownKinds))}{more}: {reason}";
                continue;
            }

            foreach (var fault in group)
            {
                yield return $"{receiver} {Text(fault, "type")} \"{Text(fault, "name")}\": {reason}";
            }
        }
    }

    private static string Text(JsonObject fault, string field) => (string?)fault[field] ?? "";
}
