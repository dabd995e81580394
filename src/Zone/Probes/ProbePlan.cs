using System.Globalization;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Service.Health.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Model.Kinds;
using Mesh.Model.Values;
using IPAddress = System.Net.IPAddress;

namespace Mesh.Zone.Probes;

/// <summary>What an Envoy is to check for its Dataplane (contract §5.4). Pure.</summary>
internal static class ProbePlan
{
    private const string Local = "localhost:";
    private static readonly TimeSpan _defaultTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _defaultInterval = TimeSpan.FromSeconds(1);

    /// <summary>The checks of a Dataplane; none when no inbound asks for one, or when it is not there.</summary>
    /// <param name="dataplane">The Dataplane, or null.</param>
    /// <param name="adminPort">Port of the listener that tells Envoy's own readiness; 0: none.</param>
    /// <param name="report">How often Envoy reports what it found.</param>
    public static HealthCheckSpecifier For(DataplaneSpec? dataplane, uint adminPort, TimeSpan report)
    {
        var specifier = new HealthCheckSpecifier { Interval = Duration.FromTimeSpan(report) };
        var networking = dataplane?.Networking;
        foreach (var inbound in networking?.Inbound ?? [])
        {
            var address = string.IsNullOrEmpty(inbound.ServiceAddress) ? inbound.Address ?? networking!.Address : inbound.ServiceAddress;
            var name = ClusterOf(inbound);
            if (inbound.ServiceProbe is { } probe && IPAddress.TryParse(address, out _) && specifier.ClusterHealthChecks.All(other => other.ClusterName != name))
            {
                specifier.ClusterHealthChecks.Add(New(name, address, PortOf(inbound), CheckOf(probe)));
            }
        }

        if (specifier.ClusterHealthChecks.Count > 0 && adminPort > 0 && IPAddress.TryParse(networking!.Address, out _))
        {
            specifier.ClusterHealthChecks.Add(New(EnvoyNames.Admin, networking.Address, adminPort, ReadinessCheck()));
        }

        return specifier;
    }

    /// <summary>Name under which an inbound's application is checked.</summary>
    public static string ClusterOf(DataplaneInbound inbound) => Local + PortOf(inbound).ToString(CultureInfo.InvariantCulture);

    private static uint PortOf(DataplaneInbound inbound) => inbound.ServicePort > 0 ? inbound.ServicePort : inbound.Port;

    private static ClusterHealthCheck New(string name, string address, uint port, HealthCheck check)
    {
        var endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = address, PortValue = port } } };
        return new ClusterHealthCheck
        {
            ClusterName = name,
            HealthChecks = { check },
            LocalityEndpoints = { new LocalityEndpoints { Endpoints = { endpoint } } },
        };
    }

    private static HealthCheck CheckOf(ServiceProbe probe) => new()
    {
        Timeout = DurationOf(probe.Timeout, _defaultTimeout),
        Interval = DurationOf(probe.Interval, _defaultInterval),
        UnhealthyThreshold = probe.UnhealthyThreshold is > 0 ? probe.UnhealthyThreshold : 1,
        HealthyThreshold = probe.HealthyThreshold is > 0 ? probe.HealthyThreshold : 1,
        TcpHealthCheck = new HealthCheck.Types.TcpHealthCheck(),
    };

    private static HealthCheck ReadinessCheck() => new()
    {
        Timeout = Duration.FromTimeSpan(_defaultTimeout),
        Interval = Duration.FromTimeSpan(_defaultInterval),
        UnhealthyThreshold = 1,
        HealthyThreshold = 1,
        HttpHealthCheck = new HealthCheck.Types.HttpHealthCheck { Path = "/ready" },
    };

    private static Duration DurationOf(GoDuration? given, TimeSpan fallback) =>
        Duration.FromTimeSpan(given is { Nanoseconds: > 0 } duration ? duration.ToTimeSpan() : fallback);
}
