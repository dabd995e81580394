using System.Net;
using Mesh.Model.Resources;
using Mesh.Model.Validation;
using Mesh.Model.Values;

namespace Mesh.Model.Kinds;

/// <summary>Rules of Dataplanes (contract §1.1).</summary>
internal static class DataplaneValidator
{
    private const string KindsMessage = "invalid value. Available values are: MeshExternalService,MeshMultiZoneService,MeshService";
    private const string AddressMessage = "address has to be valid IP address";
    private const string Loopback = "127.0.0.1";
    private static readonly string[] _protocols = ["grpc", "http", "http2", "tcp"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var path = new FieldPath(violations, "networking");
        if (resource.SpecAs<DataplaneSpec>().Networking is not { } networking)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        var inbounds = networking.Inbound ?? [];
        var listeners = networking.Listeners ?? [];
        CheckAdmin(networking, path);
        if (networking.Gateway is { } gateway)
        {
            CheckGateway(gateway, path);
            if (inbounds.Count > 0)
            {
                path.Field("inbound").Add("inbound cannot be defined for delegated gateways");
            }

            if (listeners.Count > 0)
            {
                path.Field("listeners").Add("listeners cannot be defined for delegated gateways");
            }
        }
        else if (inbounds.Count == 0 && listeners.Count == 0)
        {
            path.Add("has to contain at least one inbound interface, listener or gateway");
        }

        CheckAddress(path.Field("address"), networking.Address);
        for (var i = 0; i < inbounds.Count; i++)
        {
            CheckInbound(inbounds[i], networking.Address, path.Field("inbound").Index(i));
        }

        for (var i = 0; i < networking.Outbound?.Count; i++)
        {
            CheckOutbound(networking.Outbound[i], path.Field("outbound").Index(i));
        }

        ListenerRules.Check(networking, path.Field("listeners"));
        CheckReachable(networking.TransparentProxying?.ReachableBackends?.Refs ?? [], path.Field("transparentProxying").Field("reachableBackends").Field("refs"));
    }

    public static IEnumerable<string> Advise(Resource resource)
    {
        var inbounds = resource.SpecAs<DataplaneSpec>().Networking?.Inbound ?? [];
        var names = inbounds.Where(inbound => !string.IsNullOrEmpty(inbound.Name)).GroupBy(inbound => inbound.Name, StringComparer.Ordinal);
        foreach (var name in names.Where(group => group.Count() > 1))
        {
            yield return $"Dataplane '{resource.Name}' has {name.Count()} inbounds of the name '{name.Key}'; policies that name it mean all of them.";
        }
    }

    private static void CheckAddress(FieldPath path, string? address)
    {
        if (string.IsNullOrEmpty(address))
        {
            path.Add("address can't be empty");
            return;
        }

        if (address is "0.0.0.0" or "::")
        {
            path.Add("must not be 0.0.0.0 or ::");
        }

        if (!HostNames.IsAddress(address) && !HostNames.IsDnsName(address))
        {
            path.Add("address has to be valid IP address or domain name");
        }
    }

    private static void CheckAdmin(DataplaneNetworking networking, FieldPath path)
    {
        if (networking.Admin is not { Port: > 0 } admin)
        {
            return;
        }

        var port = path.Field("admin").Field("port");
        if ((networking.Inbound ?? []).Any(i =>
            (IsLoopback(i.Address ?? networking.Address) && i.Port == admin.Port) ||
            (IsLoopback(i.ServiceAddress ?? Loopback) && (i.ServicePort == 0 ? i.Port : i.ServicePort) == admin.Port)))
        {
            port.Add("must differ from inbound");
        }

        if ((networking.Outbound ?? []).Any(o => IsLoopback(o.Address ?? Loopback) && o.Port == admin.Port))
        {
            port.Add("must differ from outbound");
        }
    }

    private static bool IsLoopback(string? address) => IPAddress.TryParse(address, out var parsed) && IPAddress.IsLoopback(parsed);

    private static void CheckGateway(DataplaneGateway gateway, FieldPath path)
    {
        if (gateway.Tags is not { Count: > 0 } tags)
        {
            return;
        }

        var field = path.Field("gateway").Field("tags");
        if (!tags.ContainsKey(ResourceLabels.Service))
        {
            field.Add("mandatory tag \"kuma.io/service\" is missing");
        }

        if (tags.TryGetValue(ResourceLabels.Protocol, out var protocol) && protocol != "tcp")
        {
            field.Key(ResourceLabels.Protocol).Add($"other values than tcp are not allowed, provided value \"{protocol}\"");
        }

        foreach (var (key, value) in tags)
        {
            if (value.Length == 0)
            {
                field.Key(key).Add("tag value must be non-empty");
            }
        }
    }

    private static void CheckInbound(DataplaneInbound inbound, string? address, FieldPath path)
    {
        Port(path.Field("port"), inbound.Port);
        if (inbound.ServicePort != 0)
        {
            Port(path.Field("servicePort"), inbound.ServicePort);
        }

        var loops = inbound.ServicePort == 0 || inbound.ServicePort == inbound.Port;
        if (!string.IsNullOrEmpty(inbound.ServiceAddress))
        {
            if (!HostNames.IsAddress(inbound.ServiceAddress))
            {
                path.Field("serviceAddress").Add("serviceAddress has to be valid IP address");
            }

            if (loops && (inbound.ServiceAddress == address || inbound.ServiceAddress == inbound.Address))
            {
                path.Field("serviceAddress").Add("serviceAddress and servicePort has to differ from address and port");
            }
        }

        if (!string.IsNullOrEmpty(inbound.Address) && !HostNames.IsAddress(inbound.Address))
        {
            path.Field("address").Add(AddressMessage);
        }

        if (!string.IsNullOrEmpty(inbound.Protocol))
        {
            path.Field("protocol").OneOf(inbound.Protocol, "protocol", _protocols);
        }

        CheckProbe(inbound.ServiceProbe, path.Field("serviceProbe"));
    }

    private static void CheckProbe(ServiceProbe? probe, FieldPath path)
    {
        CheckProbeTime(probe?.Interval, path.Field("interval"));
        CheckProbeTime(probe?.Timeout, path.Field("timeout"));
        CheckProbeCount(probe?.UnhealthyThreshold, path.Field("unhealthyThreshold"));
        CheckProbeCount(probe?.HealthyThreshold, path.Field("healthyThreshold"));
    }

    private static void CheckProbeTime(GoDuration? time, FieldPath path)
    {
        if (time is { Nanoseconds: <= 0 })
        {
            path.Add("must have a positive value");
        }
    }

    private static void CheckProbeCount(uint? count, FieldPath path)
    {
        if (count is 0)
        {
            path.Add("must have a positive value");
        }
    }

    private static void CheckOutbound(DataplaneOutbound outbound, FieldPath path)
    {
        Port(path.Field("port"), outbound.Port);
        if (!string.IsNullOrEmpty(outbound.Address) && !HostNames.IsAddress(outbound.Address))
        {
            path.Field("address").Add(AddressMessage);
        }

        var field = path.Field("backendRef");
        if (outbound.BackendRef is not { } backend)
        {
            field.Add(Messages.MustBeDefined);
            return;
        }

        if (!IsDestination(backend.Kind))
        {
            field.Field("kind").Add(KindsMessage);
        }

        var hasLabels = backend.Labels is { Count: > 0 };
        if (string.IsNullOrEmpty(backend.Name) == !hasLabels)
        {
            field.Add(hasLabels ? "both 'name' and 'labels' cannot be specified" : "either 'name' or 'labels' should be specified");
        }

        // The port of an external service is its only one.
        if (backend.Kind != "MeshExternalService")
        {
            Port(field.Field("port"), backend.Port);
        }
    }

    private static void CheckReachable(IReadOnlyList<ReachableBackendRef> refs, FieldPath path)
    {
        for (var i = 0; i < refs.Count; i++)
        {
            var (reference, field) = (refs[i], path.Index(i));
            var (hasName, hasNamespace) = (!string.IsNullOrEmpty(reference.Name), !string.IsNullOrEmpty(reference.Namespace));
            var hasLabels = reference.Labels is { Count: > 0 };
            if (!IsDestination(reference.Kind))
            {
                field.Field("kind").Add(KindsMessage);
            }

            if (!hasName && hasNamespace)
            {
                field.Field("name").Add("name is required, when namespace is defined");
            }
            else if (!hasName && !hasLabels)
            {
                field.Field("name").Add("name or labels are required");
            }

            if ((hasName || hasNamespace) && hasLabels)
            {
                field.Field("labels").Add("labels cannot be defined when name is specified");
            }
        }
    }

    private static bool IsDestination(string? kind) => kind is "MeshService" or "MeshExternalService" or "MeshMultiZoneService";

    internal static void Port(FieldPath path, uint port)
    {
        if (port is 0 or > 65535)
        {
            path.Add("port must be in the range [1, 65535]");
        }
    }
}
