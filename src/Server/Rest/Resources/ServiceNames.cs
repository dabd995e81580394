using System.Globalization;
using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Server.Rest.Resources;

/// <summary>Server names (SNI) under which other zones reach the ports of a service (contract §3.7).</summary>
internal static class ServiceNames
{
    public static void Write(Utf8JsonWriter json, Resource resource)
    {
        var ports = Ports(resource);
        if (ports.Count == 0)
        {
            return;
        }

        json.WriteStartArray("snis");
        foreach (var (port, section) in ports)
        {
            json.WriteStartObject();
            json.WriteNumber("port", port);
            json.WriteString("sni", Name(resource, section));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static List<(int Port, string Section)> Ports(Resource resource) => resource.Spec switch
    {
        MeshServiceSpec spec => [.. (spec.Ports ?? []).Select(p => (p.Port ?? 0, p.SectionName))],
        MeshMultiZoneServiceSpec spec => [.. (spec.Ports ?? []).Select(p => (p.Port ?? 0, p.Name ?? ""))],
        MeshExternalServiceSpec { Match.Port: { } port } => [(port, port.ToString(CultureInfo.InvariantCulture))],
        _ => [],
    };

    /// <summary>What Global authored has no zone in its name; what a zone authored has, and its namespace where it has one.</summary>
    private static string Name(Resource resource, string section)
    {
        string[] owner = resource.Label(ResourceLabels.Origin) == "global" || resource.Label(ResourceLabels.Zone).Length == 0
            ? []
            : resource.Label(ResourceLabels.KubernetesNamespace) is { Length: > 0 } space
                ? [resource.Label(ResourceLabels.Zone), space]
                : [resource.Label(ResourceLabels.Zone)];
        return string.Join('.', ["sni", resource.Descriptor.ShortName, resource.Mesh, .. owner, resource.DisplayName, section]);
    }
}
