using System.Text.Json.Nodes;
using Mesh.Cli.Zones;

namespace Mesh.Cli.Tests.Zones;

/// <summary>Zones as kumactl shows them, and below them what kumactl does not know.</summary>
public sealed class ZoneTableTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Zones_OnlineOfflineDisabledAndNew_AreShownAsKumactlDoes()
    {
        var text = Show("""
            [
              {"name":"zone-1","zone":{"enabled":true},"zoneInsight":{"subscriptions":[
                {"connectTime":"2026-01-02T10:00:00Z","disconnectTime":"2026-01-02T11:00:00Z","status":{"total":{"responsesSent":"7","responsesRejected":"1"}}},
                {"connectTime":"2026-01-02T11:00:01Z","version":{"kumaCp":{"version":"3.0.0"}},"config":"{\"store\":{\"type\":\"embedded\"}}",
                 "status":{"lastUpdateTime":"2026-01-02T11:59:55Z","total":{"responsesSent":"5","responsesAcknowledged":"5"}}}]}},
              {"name":"zone-2","zone":{"enabled":false},"zoneInsight":{"subscriptions":[{"connectTime":"2026-01-02T11:58:00Z"}]}},
              {"name":"zone-3","zone":{}}
            ]
            """);

        Assert.Equal(
            """
            NAME     STATUS    LAST CONNECTED AGO   LAST UPDATED AGO   TOTAL UPDATES   TOTAL ERRORS   ZONE-CP VERSION   BACKEND
            zone-1   Online    60m                  5s                 12              1              3.0.0             embedded
            zone-2   Offline   2m                   never              0               0                                
            zone-3   Offline   never                never              0               0                                

            """,
            text);
    }

    [Fact]
    public void Zones_WithFaultsOrAway_AreExplainedBelowTheTable()
    {
        var text = Show("""
            [
              {"name":"zone-1","zone":{},"zoneInsight":{"subscriptions":[{"connectTime":"2026-01-02T11:00:00Z","status":{"faults":[
                {"direction":"GlobalToZone","type":"MeshTimeout","name":"slow.default","reason":"bad\nvalue"},
                {"direction":"ZoneToGlobal","type":"Dataplane","reason":"too much"}]}}]}},
              {"name":"zone-2","zone":{},"zoneInsight":{"subscriptions":[{"connectTime":"2026-01-02T11:00:00Z","disconnectTime":"2026-01-02T11:59:00Z"}]}}
            ]
            """);

        Assert.EndsWith(
            "\nzone-1: the zone does not take MeshTimeout \"slow.default\": bad value\n"
            + "zone-1: Global does not take changes of Dataplane: too much\n"
            + "zone-2: away since 60s; its services stay until the zone is disabled or deleted\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Zones_ThatRefuseManyKindsForOneReason_AreOneLine()
    {
        var faults = string.Join(',', ((string[])["Mesh", "MeshRetry", "MeshTimeout", "MeshTrust", "Secret"]).Select(kind =>
            $$"""{"direction":"GlobalToZone","type":"{{kind}}","reason":"held back"}"""));

        Assert.EndsWith(
            "\nzone-1: the zone does not take changes of Mesh, MeshRetry, MeshTimeout and 2 more kinds: held back\n",
            Show("""[{"name":"zone-1","zone":{},"zoneInsight":{"subscriptions":[{"connectTime":"2026-01-02T11:00:00Z","status":{"faults":[FAULTS]}}]}}]""".Replace("FAULTS", faults, StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Zone_WithAConfigurationThatIsNone_HasNoBackend()
    {
        Assert.Contains("zone-1   Online", Show("""[{"name":"zone-1","zone":{},"zoneInsight":{"subscriptions":[{"connectTime":"2026-01-02T11:00:00Z","config":"{"}]}}]"""), StringComparison.Ordinal);
    }

    private static string Show(string items) => ZoneTable.Of(JsonNode.Parse(items)!.AsArray(), _now);
}
