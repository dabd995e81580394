using System.Globalization;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>An inbound or zone listener of a proxy, as policies name it.</summary>
/// <param name="Key"><c>address:port</c>.</param>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsListener">True for a listener of a zone proxy.</param>
public sealed record ProxySection(string Key, string Name, uint Port, bool IsListener)
{
    /// <summary>The name, else the port number: what <c>sectionName</c> is compared with and what KRIs carry.</summary>
    public string SectionName => Name.Length > 0 ? Name : PortText;

    private string PortText => Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>True when a policy that says <paramref name="sectionName"/> means this one: by name or by port number.</summary>
    public bool IsNamed(string sectionName) => (Name.Length > 0 && Name == sectionName) || PortText == sectionName;

    /// <summary>Inbounds and listeners of a Dataplane, in its order.</summary>
    public static IReadOnlyList<ProxySection> Of(Resource dataplane)
    {
        var networking = (dataplane.Spec as DataplaneSpec)?.Networking;
        if (networking is null)
        {
            return [];
        }

        var sections = new List<ProxySection>();
        foreach (var inbound in networking.Inbound ?? [])
        {
            sections.Add(new ProxySection(KeyOf(inbound.Address ?? networking.Address, inbound.Port), inbound.Name ?? "", inbound.Port, false));
        }

        foreach (var listener in networking.Listeners ?? [])
        {
            sections.Add(new ProxySection(KeyOf(listener.Address ?? networking.Address, listener.Port), listener.Name ?? "", listener.Port, true));
        }

        return sections;
    }

    /// <summary>Key of an inbound.</summary>
    public static string KeyOf(string? address, uint port) => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");
}
