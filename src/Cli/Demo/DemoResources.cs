namespace Mesh.Cli.Demo;

/// <summary>What the demo applies: an identity for everyone and the two permissions that its calls need, no more.</summary>
internal static class DemoResources
{
    private const string File = "Mesh.Cli.Demo.demo.yaml";

    /// <summary>The resources, as a user would apply them.</summary>
    public static string Policies()
    {
        using var stream = typeof(DemoResources).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A Dataplane on 127.0.0.1.</summary>
    /// <param name="service">Name of its service.</param>
    /// <param name="inbound">Port at which its sidecar takes calls.</param>
    /// <param name="application">Port of the service itself.</param>
    /// <param name="admin">Port of its sidecar's admin listener.</param>
    /// <param name="outbounds">Destinations: the port at which its sidecar offers them, the service and its port.</param>
    public static string Dataplane(string service, int inbound, int application, int admin, params (int Port, string Service, int ServicePort)[] outbounds)
    {
        var lines = new List<string>
        {
            "type: Dataplane",
            "mesh: default",
            $"name: {service}-1",
            $"labels: {{app: {service}, kuma.io/workload: {service}}}",
            "networking:",
            "  address: 127.0.0.1",
            $"  admin: {{port: {admin}}}",
            $"  inbound: [{{port: {inbound}, servicePort: {application}, serviceAddress: 127.0.0.1, name: main, protocol: http}}]",
        };
        if (outbounds.Length > 0)
        {
            lines.Add("  outbound:");
            lines.AddRange(outbounds.Select(o =>
                $"    - {{address: 127.0.0.1, port: {o.Port}, backendRef: {{kind: MeshService, name: {o.Service}, port: {o.ServicePort}}}}}"));
        }

        return string.Join('\n', lines) + "\n";
    }
}
