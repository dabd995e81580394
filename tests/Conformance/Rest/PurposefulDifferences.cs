using System.Text.Json.Nodes;

namespace Mesh.Conformance.Rest;

/// <summary>Answers in which ours differs on purpose, by rule and never by case; the reason, or null when no rule covers it.</summary>
internal static class PurposefulDifferences
{
    public static string? Reason(RestExchange exchange, int status, JsonNode? answer)
    {
        if (exchange.Status == 0 && status == 400)
        {
            return "a body of JSON null is answered with 400 instead of a closed connection";
        }

        if (exchange.Status == 404 && status == 200 && exchange.Path.StartsWith("/_kri/", StringComparison.Ordinal))
        {
            return "every KRI that is printed is resolved";
        }

        if (exchange.Status == 500 && status == 409 && (exchange.Path.EndsWith("/xds", StringComparison.Ordinal)
            || exchange.Path.EndsWith("/stats", StringComparison.Ordinal) || exchange.Path.EndsWith("/clusters", StringComparison.Ordinal)))
        {
            return "a proxy that is not connected is a conflict with a reason, not a server error";
        }

        if (exchange.Status == 200 && status is 400 or 405 && exchange.Method == "POST" && exchange.Path.StartsWith("/tokens/", StringComparison.Ordinal))
        {
            return "negative validity, unknown scopes and tokens in read-only mode are refused";
        }

        if (exchange.Status == 200 && status == 200 && exchange.Method == "GET" && exchange.Path.StartsWith("/zones", StringComparison.Ordinal)
            && answer?.ToJsonString().Contains("\"zoneInsight\"", StringComparison.Ordinal) == true)
        {
            return "a zone shows itself as online";
        }

        return exchange.Status == status && exchange.Method == "PUT" && status is 200 or 201
            && answer?["warnings"] is not null && RestComparison.Difference(RestComparison.WithoutWarnings(exchange.Answer), RestComparison.WithoutWarnings(answer)) is null
            ? "the writer is warned"
            : null;
    }
}
