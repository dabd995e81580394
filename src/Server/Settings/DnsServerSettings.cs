namespace Mesh.Server.Settings;

/// <summary><c>dnsServer</c>.</summary>
public sealed record DnsServerSettings
{
    /// <summary>Domain of mesh names. Default <c>mesh</c>.</summary>
    public string Domain { get; init; } = "mesh";

    /// <summary>Port on a virtual address that leads to a service. Default 80.</summary>
    public int ServiceVipPort { get; init; } = 80;
}
