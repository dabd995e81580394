namespace Mesh.Zone.Tests;

/// <summary>Zone proxies, and resources of other zones as the sync writes them.</summary>
internal static class ZoneProxies
{
    internal static string Ingress(string name, int index, string moreLabels = "") => Proxy(name, index, moreLabels, """{"type": "ZoneIngress", "port": 10001, "name": "in"}""");

    internal static string Egress(string name, int index, string moreLabels = "", string more = "") =>
        Proxy(name, index, moreLabels, $$"""{"type": "ZoneEgress", "port": 10002, "name": "out"{{more}}}""");

    internal static string Both(string name, int index) => Proxy(
        name, index, "", """{"type": "ZoneIngress", "port": 10001, "name": "in"}, {"type": "ZoneEgress", "port": 10002, "name": "out"}""");

    /// <summary>A MeshService that runs in another zone.</summary>
    internal static string Remote(string name, string zone, string? display = null, string state = "Available") => $$$"""
        {"type": "MeshService", "name": "{{{name}}}",
         "labels": {"kuma.io/origin": "global", "kuma.io/zone": "{{{zone}}}", "kuma.io/display-name": "{{{display ?? name}}}"},
         "spec": {"state": "{{{state}}}", "ports": [{"name": "main", "port": 8080, "appProtocol": "http"}],
                  "identities": [{"type": "SpiffeID", "value": "spiffe://default.{{{zone}}}.mesh.local/workload/{{{display ?? name}}}"}]} }
        """;

    /// <summary>A service made of all MeshServices with a display name.</summary>
    internal static string MultiZone(string name, string display) => $$$"""
        {"type": "MeshMultiZoneService", "name": "{{{name}}}", "labels": {"kuma.io/origin": "global", "kuma.io/zone": ""},
         "spec": {"selector": {"meshService": {"matchLabels": {"kuma.io/display-name": "{{{display}}}"} } },
                  "ports": [{"name": "main", "port": 8080, "appProtocol": "http"}]} }
        """;

    /// <summary>A way into another zone.</summary>
    internal static string Address(string name, string zone, string address) => $$$"""
        {"type": "MeshZoneAddress", "name": "{{{name}}}", "labels": {"kuma.io/origin": "global", "kuma.io/zone": "{{{zone}}}"},
         "spec": {"address": "{{{address}}}", "port": 10001} }
        """;

    private static string Proxy(string name, int index, string moreLabels, string listeners) => $$$"""
        {"type": "Dataplane", "name": "{{{name}}}", "labels": {"kuma.io/workload": "{{{name}}}"{{{moreLabels}}}},
         "networking": {"address": "10.0.9.{{{index}}}", "listeners": [{{{listeners}}}]} }
        """;
}
