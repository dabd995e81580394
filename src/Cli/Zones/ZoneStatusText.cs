using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Zones;

/// <summary>The state of a zone towards its global control plane, for people.</summary>
internal static class ZoneStatusText
{
    /// <summary>Writes <c>/zone-sync</c>'s answer: connection, hold, and traffic by kind.</summary>
    /// <param name="state">The answer.</param>
    /// <param name="now">Time.</param>
    public static string Of(JsonObject state, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append("zone      ").Append(state["zone"]).Append('\n');
        text.Append("global    ").Append(state["globalAddress"]).Append('\n');
        var isConnected = state["connected"]?.GetValue<bool>() == true;
        text.Append("status    ").Append(isConnected ? "connected for " : "not connected for ").Append(Age.Of((string?)state["since"], now));
        if (!isConnected && state["attempts"]?.GetValue<long>() is > 0 and var attempts)
        {
            text.Append(CultureInfo.InvariantCulture, $", {attempts} attempts");
        }

        text.Append('\n');
        if (!isConnected && (string?)state["lastError"] is { Length: > 0 } error)
        {
            text.Append("error     ").Append(OneLine(error)).Append(" (").Append(Age.Of((string?)state["lastErrorTime"], now)).Append(" ago)\n");
        }

        if (state["hold"] is JsonObject hold)
        {
            AppendHold(text, hold, now);
        }

        return text.Append('\n').Append(Traffic(state)).ToString();
    }

    /// <summary>What a held-back sync takes away.</summary>
    public static string Losses(JsonObject? hold)
    {
        var kinds = (hold?["kinds"] as JsonObject ?? []).Select(k => $"{k.Value} {k.Key}");
        return $"{hold?["lost"] ?? 0} of {hold?["stored"] ?? 0} resources go ({string.Join(", ", kinds)})";
    }

    private static void AppendHold(StringBuilder text, JsonObject hold, DateTimeOffset now)
    {
        text.Append("held back ").Append("for ").Append(Age.Of((string?)hold["since"], now)).Append(": ").Append(Losses(hold)).Append('\n');
        text.Append("          ").Append(OneLine((string?)hold["reason"] ?? "")).Append('\n');
        if (hold["accepted"]?.GetValue<bool>() == true)
        {
            text.Append("          accepted: followed as soon as Global sends it\n");
        }
    }

    private static string Traffic(JsonObject state)
    {
        var table = new Table("DIRECTION", "KIND", "RESPONSES", "ACCEPTED", "REJECTED", "LAST ERROR");
        Add(table, "from Global", state["received"], "received");
        Add(table, "to Global", state["sent"], "sent");
        return table.ToString();
    }

    private static void Add(Table table, string direction, JsonNode? kinds, string count)
    {
        foreach (var kind in (kinds as JsonArray ?? []).OfType<JsonObject>())
        {
            table.Add(
                direction,
                (string?)kind["type"] ?? "",
                kind[count]?.ToString() ?? "0",
                kind["accepted"]?.ToString() ?? "0",
                kind["rejected"]?.ToString() ?? "0",
                OneLine((string?)kind["lastError"] ?? ""));
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
