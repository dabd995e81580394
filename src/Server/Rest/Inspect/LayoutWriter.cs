using System.Globalization;
using System.Text.Json;
using Mesh.Envoy.Names;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;

namespace Mesh.Server.Rest.Inspect;

/// <summary><c>_layout</c>: what a proxy listens on and what it reaches, with the names that Envoy has for it.</summary>
internal static class LayoutWriter
{
    private const string DefaultProtocol = "tcp";

    public static void Write(Utf8JsonWriter json, Resource dataplane, PolicyPicture picture, string? spiffeId)
    {
        var networking = dataplane.SpecAs<DataplaneSpec>().Networking ?? new DataplaneNetworking();
        json.WriteStartObject();
        json.WriteStartArray("inbounds");
        foreach (var inbound in networking.Inbound ?? [])
        {
            var section = string.IsNullOrEmpty(inbound.Name) ? inbound.Port.ToString(CultureInfo.InvariantCulture) : inbound.Name;
            WriteEntry(json, dataplane.GetKri(section), inbound.Port, inbound.Protocol is { Length: > 0 } protocol ? protocol : DefaultProtocol, EnvoyNames.Inbound(section), null);
        }

        json.WriteEndArray();
        json.WriteString("kri", dataplane.GetKri().ToString());
        json.WriteStartObject("labels");
        foreach (var (key, value) in dataplane.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("listeners");
        foreach (var listener in networking.Listeners ?? [])
        {
            var section = string.IsNullOrEmpty(listener.Name) ? listener.Port.ToString(CultureInfo.InvariantCulture) : listener.Name;
            var envoyName = listener.Type == "ZoneIngress" ? EnvoyNames.ZoneIngress(section) : EnvoyNames.ZoneEgress(section);
            WriteEntry(json, dataplane.GetKri(section), listener.Port, null, envoyName, listener.Type);
        }

        json.WriteEndArray();
        json.WriteStartArray("outbounds");
        foreach (var (kri, port, protocol) in Outbounds(networking, picture))
        {
            WriteEntry(json, kri, (uint)port, protocol, kri.ToString(), null);
        }

        json.WriteEndArray();
        if (spiffeId is not null)
        {
            json.WriteString("spiffeId", spiffeId);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Kri kri, uint port, string? protocol, string name, string? type)
    {
        json.WriteStartObject();
        json.WriteString("kri", kri.ToString());
        json.WriteNumber("port", port);
        if (protocol is not null)
        {
            json.WriteString("protocol", protocol);
        }

        json.WriteString("proxyResourceName", name);
        if (type is not null)
        {
            json.WriteString("type", type);
        }

        json.WriteEndObject();
    }

    /// <summary>What the Dataplane names, else what it may reach, else every destination of the mesh; a zone proxy alone calls nothing.</summary>
    private static IEnumerable<(Kri Kri, int Port, string Protocol)> Outbounds(DataplaneNetworking networking, PolicyPicture picture)
    {
        var services = picture.Resources.Where(r => r.Kind is TargetKinds.MeshService or TargetKinds.MeshMultiZoneService or TargetKinds.MeshExternalService).ToList();
        IEnumerable<(Kri, int, string)> found;
        if (networking.Outbound is { Count: > 0 } outbounds)
        {
            found = outbounds.Where(o => o.BackendRef is not null)
                .SelectMany(o => Refer(services, o.BackendRef!.Kind, o.BackendRef.Name, o.BackendRef.Labels, (int)o.BackendRef.Port));
        }
        else if (networking.TransparentProxying?.ReachableBackends is { } reachable)
        {
            found = (reachable.Refs ?? []).SelectMany(r => Refer(services, r.Kind, r.Name, r.Labels, (int)(r.Port ?? 0)));
        }
        else if (networking.Gateway is null && networking.Inbound is not { Count: > 0 })
        {
            found = [];
        }
        else
        {
            found = services.SelectMany(s => Ports(s).Select(p => (s.GetKri(p.Section), p.Port, p.Protocol)));
        }

        return found.DistinctBy(o => o.Item1).OrderBy(o => o.Item1.ToString(), StringComparer.Ordinal);
    }

    private static IEnumerable<(Kri Kri, int Port, string Protocol)> Refer(
        List<Resource> services, string? kind, string? name, IReadOnlyDictionary<string, string>? labels, int port) =>
        from service in services
        where service.Kind == kind
            && (string.IsNullOrEmpty(name) ? labels is { Count: > 0 } && LabelMatch.Matches(service, labels) : service.DisplayName == name)
        from found in Ports(service)
        where port == 0 || found.Port == port
        select (service.GetKri(found.Section), found.Port, found.Protocol);

    private static IEnumerable<(string Section, int Port, string Protocol)> Ports(Resource service) => service.Spec switch
    {
        MeshServiceSpec spec => (spec.Ports ?? []).Select(p => (p.SectionName, p.Port ?? 0, p.AppProtocol ?? DefaultProtocol)),
        MeshMultiZoneServiceSpec spec => (spec.Ports ?? []).Select(p => (Section(p.Name, p.Port), p.Port ?? 0, p.AppProtocol ?? DefaultProtocol)),
        MeshExternalServiceSpec { Match: { } match } => [(Section(null, match.Port), match.Port ?? 0, match.Protocol ?? DefaultProtocol)],
        _ => [],
    };

    private static string Section(string? name, int? port) =>
        string.IsNullOrEmpty(name) ? (port ?? 0).ToString(CultureInfo.InvariantCulture) : name;
}
