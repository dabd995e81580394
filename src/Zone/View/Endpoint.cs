using Mesh.Model.Labels;

namespace Mesh.Zone.View;

/// <summary>One address that serves a port of a service.</summary>
/// <param name="Address">IP address; the way into another zone may be a DNS name.</param>
/// <param name="Port">Port.</param>
/// <param name="Labels">What load balancing may tell endpoints apart by.</param>
/// <param name="Zone">Zone of the endpoint; may be empty.</param>
/// <param name="Priority">0: used first. 1: in another zone.</param>
public sealed record Endpoint(string Address, uint Port, LabelSet Labels, string Zone, uint Priority = 0)
{
    /// <summary>Order of endpoints in a load assignment: priority, zone, address, port.</summary>
    internal static int Compare(Endpoint left, Endpoint right)
    {
        var order = left.Priority.CompareTo(right.Priority);
        order = order != 0 ? order : string.CompareOrdinal(left.Zone, right.Zone);
        order = order != 0 ? order : string.CompareOrdinal(left.Address, right.Address);
        return order != 0 ? order : left.Port.CompareTo(right.Port);
    }
}
