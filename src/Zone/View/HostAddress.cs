namespace Mesh.Zone.View;

/// <summary>Where something is reached.</summary>
/// <param name="Host">IP address or DNS name.</param>
/// <param name="Port">Port.</param>
public readonly record struct HostAddress(string Host, uint Port)
{
    /// <summary>Ordinal by host, then by port.</summary>
    internal static int Compare(HostAddress left, HostAddress right)
    {
        var order = string.CompareOrdinal(left.Host, right.Host);
        return order != 0 ? order : left.Port.CompareTo(right.Port);
    }
}
