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
    /// <summary>A paragraph below the table of zones; empty when everything is taken.</summary>
    public static string Of(JsonArray zones, DateTimeOffset now)
    {
        var text = new StringBuilder();
        foreach (var zone in zones.OfType<JsonObject>())
        {
            var last = zone["zoneInsight"]?["subscriptions"] is JsonArray { Count: > 0 } subscriptions ? subscriptions[^1] : null;
            foreach (var fault in (last?["status"]?["faults"] as JsonArray ?? []).OfType<JsonObject>())
            {
                text.Append(text.Length == 0 ? "\n" : "").Append(zone["name"]).Append(": ").Append(Of(fault)).Append('\n');
            }

            if (last?["disconnectTime"]?.ToString() is { Length: > 0 } gone && zone["zone"]?["enabled"]?.GetValue<bool>() != false)
            {
                text.Append(text.Length == 0 ? "\n" : "")
                    .Append(zone["name"]).Append(": away since ").Append(Age.Of(gone, now)).Append("; its services stay until the zone is disabled or deleted\n");
            }
        }

        return text.ToString();
    }

    /// <summary>One fault, in one line.</summary>
    public static string Of(JsonObject fault)
    {
        var receiver = (string?)fault["direction"] == "GlobalToZone" ? "the zone does not take" : "Global does not take";
        var type = (string?)fault["type"] ?? "";
        var reason = ((string?)fault["reason"] ?? "no reason given").ReplaceLineEndings(" ");
        return (string?)fault["name"] is { Length: > 0 } name
            ? $"{receiver} {type} \"{name}\": {reason}"
            : $"{receiver} a change of {type}: {reason}";
    }
}
