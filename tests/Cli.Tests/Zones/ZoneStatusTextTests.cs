using System.Text.Json.Nodes;
using Mesh.Cli.Zones;

namespace Mesh.Cli.Tests.Zones;

public sealed class ZoneStatusTextTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Status_Connected_ShowsTrafficByKind()
    {
        var text = Show("""
            {"zone":"west","globalAddress":"grpcs://global:5685","connected":true,"since":"2026-01-02T11:58:00Z","attempts":0,"lastError":"was away","lastErrorTime":"2026-01-02T11:57:00Z",
             "received":[{"type":"MeshTimeout","received":2,"accepted":1,"rejected":1,"lastError":"bad\nvalue"}],
             "sent":[{"type":"Dataplane","sent":3,"accepted":3,"rejected":0,"resources":7}]}
            """);

        Assert.Equal(
            "zone      west\nglobal    grpcs://global:5685\nstatus    connected for 2m\n\n"
            + "DIRECTION     KIND          RESPONSES   ACCEPTED   REJECTED   LAST ERROR\n"
            + "from Global   MeshTimeout   2           1          1          bad value\n"
            + "to Global     Dataplane     3           3          0          \n",
            text);
    }

    [Fact]
    public void Status_AwayWithAHold_ShowsWhyAndWhatToDo()
    {
        var text = Show("""
            {"zone":"west","globalAddress":"grpcs://global:5685","connected":false,"since":"2026-01-02T11:59:30Z","attempts":4,
             "lastError":"Unavailable: refused","lastErrorTime":"2026-01-02T11:59:50Z",
             "hold":{"since":"2026-01-02T11:00:00Z","stored":120,"lost":90,"kinds":{"MeshRetry":1,"MeshTimeout":89},"accepted":false,"reason":"it is another Global"},
             "received":[],"sent":[]}
            """);

        Assert.StartsWith(
            "zone      west\nglobal    grpcs://global:5685\nstatus    not connected for 30s, 4 attempts\nerror     Unavailable: refused (10s ago)\n"
            + "held back for 60m: 90 of 120 resources go (1 MeshRetry, 89 MeshTimeout)\n          it is another Global\n\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Status_HoldThatWasAccepted_SaysSo()
    {
        var text = Show("""{"zone":"west","connected":true,"since":"2026-01-02T11:59:30Z","hold":{"since":"2026-01-02T11:00:00Z","stored":12,"lost":11,"kinds":{},"accepted":true,"reason":"r"}}""");

        Assert.Contains("accepted: followed as soon as Global sends it", text, StringComparison.Ordinal);
    }

    private static string Show(string state) => ZoneStatusText.Of(JsonNode.Parse(state)!.AsObject(), _now);
}
