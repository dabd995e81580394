using Mesh.Identity.Certificates;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>MeshExternalServices and policies at the egress, as they are written in Global.</summary>
public static class ExternalServices
{
    /// <summary>A service outside the mesh.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="match">Port and protocol in the mesh, as YAML.</param>
    /// <param name="port">Its port on this machine.</param>
    /// <param name="tls">How it is called over TLS, as from <see cref="Secured"/>. Default: in plain text.</param>
    public static string Service(string name, string match, int port, string tls = "") =>
        $$"""
        type: MeshExternalService
        mesh: default
        name: {{name}}
        spec:
          match: {type: HostnameGenerator, {{match}}}
          endpoints: [{address: 127.0.0.1, port: {{port}}}]{{tls}}
        """;

    /// <summary>TLS of an external service, checked in full.</summary>
    /// <param name="serverName">Whose certificate it must be.</param>
    /// <param name="authority">Who must have issued it.</param>
    public static string Secured(string serverName, KeyedCertificate authority)
    {
        var pem = string.Join('\n', authority.CertificatePem.TrimEnd().Split('\n').Select(line => "            " + line));
        return $"\n  tls:\n    enabled: true\n    verification:\n      mode: Secured\n      serverName: {serverName}\n      caCert:\n        type: InsecureInline\n        insecureInline:\n          value: |\n{pem}";
    }

    /// <summary>A policy for every egress.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="rule">Its rule, as YAML.</param>
    public static string AtEgress(string kind, string name, string rule) =>
        $$"""
        type: {{kind}}
        mesh: default
        name: {{name}}
        spec:
          targetRef: {kind: Dataplane, labels: {kuma.io/listener-zoneegress: enabled}, sectionName: out}
          rules: [{{rule}}]
        """;

    /// <summary>Server name that callers ask the egress for.</summary>
    /// <param name="name">Name of the service.</param>
    /// <param name="port">Its port in the mesh.</param>
    public static string ServerName(string name, int port) => $"sni.extsvc.default.{name}.{port}";

    /// <summary>Match of a server name, as YAML.</summary>
    /// <param name="name">Name of the service.</param>
    /// <param name="port">Its port in the mesh.</param>
    public static string Sni(string name, int port) => $"sni: {{type: Exact, value: {ServerName(name, port)}}}";

    /// <summary>Match of a workload of east, as YAML.</summary>
    public static string Id(string workload) => $"spiffeID: {{type: Exact, value: \"spiffe://default.east.mesh.local/workload/{workload}\"}}";
}
