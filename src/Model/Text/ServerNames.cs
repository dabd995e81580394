using System.Globalization;
using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Resources;

namespace Mesh.Model.Text;

/// <summary>The read-only field <c>snis</c> of services: the server name of each port (contract §3.7).</summary>
internal static class ServerNames
{
    private const int MaxLength = 253;

    public static void Write(Utf8JsonWriter json, Resource resource)
    {
        var ports = Ports(resource.Spec);
        if (ports.Count == 0)
        {
            return;
        }

        json.WriteStartArray("snis");
        foreach (var (port, section) in ports)
        {
            if (NameOf(resource, section) is { } name)
            {
                json.WriteStartObject();
                json.WriteNumber("port", port);
                json.WriteString("sni", name);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static List<(int Port, string Section)> Ports(object spec) => spec switch
    {
        MeshServiceSpec { Ports: { } ports } => [.. ports.Select(p => (p.Port ?? 0, p.SectionName))],
        MeshMultiZoneServiceSpec { Ports: { } ports } => [.. ports.Select(p => (p.Port ?? 0, p.SectionName))],
        MeshExternalServiceSpec { Match.Port: { } port } => [(port, port.ToString(CultureInfo.InvariantCulture))],
        _ => [],
    };

    private static string? NameOf(Resource resource, string section)
    {
        var kri = resource.GetKri();
        string[] parts = [kri.ShortName, kri.Mesh, kri.Zone, kri.Zone.Length > 0 ? kri.Namespace : "", kri.Name, section];
        var name = "sni." + string.Join('.', parts.Where(part => part.Length > 0));
        return name.Length <= MaxLength ? name : null;
    }
}
