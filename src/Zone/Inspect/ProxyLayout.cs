using Mesh.Envoy.Names;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Zone.View;

namespace Mesh.Zone.Inspect;

/// <summary>Lists what a proxy listens on and calls (contract §3.4), from resources alone.</summary>
internal static class ProxyLayout
{
    private static readonly string[] _serviceKinds =
        [TargetKinds.MeshService, TargetKinds.MeshMultiZoneService, TargetKinds.MeshExternalService];

    internal static LayoutResponse Of(Resource dataplane, MeshInspector mesh)
    {
        var networking = dataplane.SpecAs<DataplaneSpec>().Networking;
        return new LayoutResponse
        {
            Kri = dataplane.GetKri().ToString(),
            Labels = dataplane.Labels,
            Inbounds = [.. (networking?.Inbound ?? []).Select(inbound => Inbound(dataplane, inbound))],
            Listeners = [.. (networking?.Listeners ?? []).Select(listener => Listener(dataplane, listener))],
            Outbounds = [.. Outbounds(networking, mesh).DistinctBy(entry => entry.Kri).OrderBy(entry => entry.Kri, StringComparer.Ordinal)],
            SpiffeId = mesh.SpiffeIdOf(dataplane),
        };
    }

    private static PortEntry Inbound(Resource dataplane, DataplaneInbound inbound)
    {
        var section = new ProxySection("", inbound.Name ?? "", inbound.Port, false).SectionName;
        var protocol = string.IsNullOrEmpty(inbound.Protocol) ? "tcp" : inbound.Protocol;
        return new PortEntry(dataplane.GetKri(section).ToString(), inbound.Port, protocol, EnvoyNames.Inbound(section));
    }

    private static ListenerEntry Listener(Resource dataplane, DataplaneListener listener)
    {
        var section = new ProxySection("", listener.Name ?? "", listener.Port, true).SectionName;
        var name = listener.Type == DataplaneListener.ZoneIngress ? EnvoyNames.ZoneIngress(section) : EnvoyNames.ZoneEgress(section);
        return new ListenerEntry(dataplane.GetKri(section).ToString(), listener.Port, listener.Type ?? "", name);
    }

    /// <summary>The declared outbounds; without any, every destination of the mesh that the proxy may reach.</summary>
    private static IEnumerable<PortEntry> Outbounds(DataplaneNetworking? networking, MeshInspector mesh)
    {
        if (networking is null || (networking.Inbound ?? []).Count == 0 && networking.Gateway is null)
        {
            return [];
        }

        if (networking.Outbound is { Count: > 0 } declared && networking.TransparentProxying is not { RedirectPortOutbound: > 0 })
        {
            return declared.SelectMany(outbound => Declared(outbound.BackendRef, mesh));
        }

        var services = _serviceKinds.SelectMany(mesh.Of).Select(ServiceView.Of).OfType<ServiceView>();
        if (networking.TransparentProxying?.ReachableBackends is not { } reachable)
        {
            return services.SelectMany(service => service.Ports.Select(port => Outbound(service, port)));
        }

        return from service in services
               from port in service.Ports
               where (reachable.Refs ?? []).Any(reference => IsReachable(reference, service, port))
               select Outbound(service, port);
    }

    private static IEnumerable<PortEntry> Declared(OutboundBackendRef? reference, MeshInspector mesh)
    {
        if (reference?.Kind is null)
        {
            return [];
        }

        var candidates = mesh.Of(reference.Kind).Where(resource => IsMeant(resource, reference)).ToList();
        candidates.Sort(ListDestinationIndex.ByAge);
        return candidates.Count > 0 && ServiceView.Of(candidates[0]) is { } service && service.FindPort(null, reference.Port) is { } port
            ? [Outbound(service, port)]
            : [];
    }

    private static bool IsMeant(Resource resource, OutboundBackendRef reference) =>
        reference.Labels is { Count: > 0 } labels
            ? LabelMatch.Matches(resource, labels)
            : resource.Name == reference.Name || resource.DisplayName == reference.Name;

    private static bool IsReachable(ReachableBackendRef reference, ServiceView service, ServicePort port)
    {
        if (reference.Kind != service.Kind || (reference.Port is > 0 && reference.Port != port.Number))
        {
            return false;
        }

        if (reference.Labels is { Count: > 0 } labels)
        {
            return service.Labels.Satisfies(labels);
        }

        return (service.Name == reference.Name || service.Kri.Name == reference.Name)
            && (string.IsNullOrEmpty(reference.Namespace) || service.Kri.Namespace == reference.Namespace);
    }

    private static PortEntry Outbound(ServiceView service, ServicePort port)
    {
        var name = service.Kri.WithSection(port.Section).ToString();
        return new PortEntry(name, port.Number, port.Protocol, name);
    }
}
