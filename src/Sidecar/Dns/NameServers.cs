using System.Net;

namespace Mesh.Sidecar.Dns;

/// <summary>The machine's name servers.</summary>
internal static class NameServers
{
    private const int DnsPort = 53;

    /// <summary>Reads <c>/etc/resolv.conf</c>; empty where there is none.</summary>
    public static IReadOnlyList<IPEndPoint> OfThisMachine()
    {
        try
        {
            return Parse(File.ReadAllText("/etc/resolv.conf"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads the <c>nameserver</c> lines of a resolver configuration.</summary>
    public static IReadOnlyList<IPEndPoint> Parse(string text) =>
    [
        .. text.Split('\n')
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, DnsPort) : null)
            .OfType<IPEndPoint>(),
    ];
}
