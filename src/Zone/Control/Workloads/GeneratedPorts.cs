using System.Globalization;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Workloads;

/// <summary>Ports of a MeshService that is generated from Dataplanes (contract §7.4). Pure.</summary>
internal static class GeneratedPorts
{
    /// <summary>Port of an inbound that only carries an identity and takes no traffic.</summary>
    private const uint Serviceless = 49151;

    /// <summary>
    /// One port per inbound, by number. Where two Dataplanes disagree about what a number or a name means, the older one is
    /// right and the other's inbound is left out.
    /// </summary>
    public static IReadOnlyList<MeshServicePort> Of(IEnumerable<Resource> dataplanes)
    {
        var ports = new SortedDictionary<uint, MeshServicePort>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dataplane in dataplanes.OrderBy(dataplane => dataplane.CreationTime).ThenBy(dataplane => dataplane.Name, StringComparer.Ordinal))
        {
            foreach (var inbound in dataplane.SpecAs<DataplaneSpec>().Networking?.Inbound ?? [])
            {
                if (inbound.Port is 0 or Serviceless || inbound.State == DataplaneInbound.Ignored || ports.ContainsKey(inbound.Port))
                {
                    continue;
                }

                var name = string.IsNullOrEmpty(inbound.Name) ? inbound.Port.ToString(CultureInfo.InvariantCulture) : inbound.Name;
                if (names.Add(name))
                {
                    ports[inbound.Port] = new MeshServicePort
                    {
                        Name = name,
                        Port = (int)inbound.Port,
                        TargetPort = (int)inbound.Port,
                        AppProtocol = ProtocolOf(inbound),
                    };
                }
            }
        }

        return [.. ports.Values];
    }

    private static string ProtocolOf(DataplaneInbound inbound) => inbound.Protocol is "http" or "http2" or "grpc" ? inbound.Protocol : "tcp";
}
