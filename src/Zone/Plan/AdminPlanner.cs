using Mesh.Envoy.Names;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Plan;

/// <summary>Plans the admin listener (contract §3.4).</summary>
internal static class AdminPlanner
{
    private const string ReadinessSocketFeature = "feature-readiness-unix-socket";
    private const string Loopback = "127.0.0.1";

    internal static void Plan(PlanContext context, IAdminCertificates? certificates)
    {
        var metadata = context.Metadata;
        if (metadata.AdminPort == 0)
        {
            return;
        }

        if (metadata.AdminSocketPath.Length == 0 && !IsAllowed(metadata.AdminAddress))
        {
            context.Faults.Add(new PlanFault(EnvoyNames.Admin, $"the admin address {metadata.AdminAddress} is not a loopback address"));
            return;
        }

        var usesSocket = metadata.Has(ReadinessSocketFeature);
        if (!usesSocket && metadata.ReadinessPort == 0)
        {
            context.Faults.Add(new PlanFault(
                EnvoyNames.ReadinessProbe, "the sidecar did not tell dataplane.readinessReporter.port: readiness is not served"));
        }

        context.Parts.Add(new AdminPlan
        {
            Proxy = context.Proxy,
            Address = context.Address,
            Port = metadata.AdminPort,
            AdminAddress = metadata.AdminSocketPath.Length > 0 ? "" : Connectable(metadata.AdminAddress),
            AdminSocket = metadata.AdminSocketPath,
            ReadinessAddress = usesSocket ? "" : Connectable(metadata.AdminAddress),
            ReadinessPort = usesSocket ? 0 : metadata.ReadinessPort,
            ReadinessSocket = usesSocket ? SocketPaths.Readiness(metadata.WorkDirectory) : "",
            HasIPv6 = metadata.HasIPv6,
            Certificate = certificates?.Find(context.Address),
        });
    }

    private static bool IsAllowed(string address) => address is "" or Loopback or "0.0.0.0" or "::1" or "::";

    private static string Connectable(string address) => address switch
    {
        "" or "0.0.0.0" => Loopback,
        "::" => "::1",
        _ => address,
    };
}
