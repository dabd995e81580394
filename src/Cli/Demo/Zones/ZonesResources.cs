using System.Net;
using System.Text;

namespace Mesh.Cli.Demo.Zones;

/// <summary>What the demo of several zones applies, as a user would.</summary>
internal static class ZonesResources
{
    private const string File = "Mesh.Cli.Demo.zones.yaml";

    /// <summary>Policies and services for Global.</summary>
    public static string Policies()
    {
        using var stream = typeof(ZonesResources).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Check-in may ask flight control, from whichever zone it runs in.</summary>
    public static string FlightControlPermission(int zones) => "---\n" + Lines(
        "type: MeshTrafficPermission",
        "mesh: default",
        "name: check-in-may-ask-flight-control",
        "spec:",
        "  targetRef: {kind: Dataplane, labels: {app: flight-control}}",
        "  rules:",
        "    - default:",
        "        allow:",
        string.Join('\n', Enumerable.Range(1, zones).Select(zone =>
            $"          - {{spiffeID: {{type: Exact, value: \"spiffe://default.zone-{zone}.mesh.local/workload/check-in-api\"}}}}")));

    /// <summary>The service outside, which the portal alone may call, over the egress of its zone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="serverName">Name in its certificate.</param>
    /// <param name="authority">Certificate of its authority, PEM.</param>
    public static string External(string name, IPEndPoint address, string serverName, string authority) => "---\n" + Lines(
        "type: MeshExternalService",
        "mesh: default",
        $"name: {name}",
        "spec:",
        "  match: {type: HostnameGenerator, port: 80, protocol: http}",
        $"  endpoints: [{{address: {address.Address}, port: {address.Port}}}]",
        "  tls:",
        "    enabled: true",
        "    verification:",
        $"      serverName: {serverName}",
        "      caCert:",
        "        type: InsecureInline",
        "        insecureInline:",
        "          value: |",
        Indented(authority, 12),
        "---",
        "type: MeshTrafficPermission",
        "mesh: default",
        $"name: portal-may-call-{name}",
        "spec:",
        "  targetRef: {kind: Dataplane, labels: {app: zone-egress}}",
        "  rules: [{default: {allow: [{spiffeID: {type: Exact, value: \"spiffe://default.zone-1.mesh.local/workload/passenger-portal\"}}]}}]");

    /// <summary>Where other zones enter a zone.</summary>
    public static string ZoneAddress(ZoneSite zone) => Lines(
        "type: MeshZoneAddress",
        "mesh: default",
        "name: ingress",
        "labels: {kuma.io/origin: zone}",
        $"spec: {{address: {zone.Address}, port: {zone.IngressPort}}}");

    /// <summary>A zone proxy.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="app">Value of its label <c>app</c>.</param>
    /// <param name="zone">Its zone.</param>
    /// <param name="admin">Port of its admin listener.</param>
    /// <param name="type"><c>ZoneIngress</c> or <c>ZoneEgress</c>.</param>
    /// <param name="port">Port of its listener.</param>
    public static string ZoneProxy(string name, string app, ZoneSite zone, int admin, string type, int port) => Lines(
        "type: Dataplane",
        "mesh: default",
        $"name: {name}",
        $"labels: {{app: {app}, kuma.io/workload: {app}, kuma.io/origin: zone}}",
        "networking:",
        $"  address: {zone.Address}",
        $"  admin: {{port: {admin}}}",
        $"  listeners: [{{type: {type}, address: {zone.Address}, port: {port}, name: main}}]");

    /// <summary>A workload.</summary>
    /// <param name="name">Name of its Dataplane.</param>
    /// <param name="service">Its service.</param>
    /// <param name="zone">Its zone.</param>
    /// <param name="ports">Ports: of its sidecar, of the application, of the admin listener.</param>
    /// <param name="outbounds">Destinations: the port at which its sidecar offers them, and the backend as YAML.</param>
    public static string Workload(
        string name, string service, ZoneSite zone, (int Inbound, int Application, int Admin) ports, params (int Port, string Backend)[] outbounds)
    {
        var text = Lines(
            "type: Dataplane",
            "mesh: default",
            $"name: {name}",
            $"labels: {{app: {service}, kuma.io/workload: {service}, kuma.io/origin: zone}}",
            "networking:",
            $"  address: {zone.Address}",
            $"  admin: {{port: {ports.Admin}}}",
            $"  inbound: [{{port: {ports.Inbound}, servicePort: {ports.Application}, serviceAddress: 127.0.0.1, name: main, protocol: http}}]");
        return outbounds.Length == 0
            ? text
            : text + "  outbound:\n" + Lines([.. outbounds.Select(o => $"    - {{address: 127.0.0.1, port: {o.Port}, backendRef: {o.Backend}}}")]);
    }

    private static string Lines(params string[] lines) => string.Join('\n', lines) + "\n";

    private static string Indented(string text, int by)
    {
        var indented = new StringBuilder();
        foreach (var line in text.Trim().Split('\n'))
        {
            indented.Append(' ', by).Append(line.TrimEnd('\r')).Append('\n');
        }

        return indented.ToString().TrimEnd('\n');
    }
}
