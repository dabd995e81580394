using System.Globalization;
using Mesh.Envoy.Names;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.View;

/// <summary>
/// What plans ask of a MeshService, MeshMultiZoneService or MeshExternalService. Equal by value: a write that changes none
/// of this (a count in its status) touches no proxy.
/// </summary>
public sealed record ServiceView
{
    /// <summary>Kind of the resource.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the resource.</summary>
    public required string Name { get; init; }

    /// <summary>KRI without a section.</summary>
    public required Kri Kri { get; init; }

    /// <summary>Labels, with the display name among them.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>Its ports.</summary>
    public required FactList<ServicePort> Ports { get; init; }

    /// <summary>Virtual addresses.</summary>
    public FactList<string> Vips { get; init; } = [];

    /// <summary>Names by which applications call it.</summary>
    public FactList<string> Hostnames { get; init; } = [];

    /// <summary>SPIFFE ids of its instances, as the service itself knows them.</summary>
    public FactList<string> Identities { get; init; } = [];

    /// <summary>It runs in another zone.</summary>
    public bool IsRemote { get; init; }

    /// <summary>All its instances can speak TLS.</summary>
    public bool IsTlsReady { get; init; }

    /// <summary>Says that it can serve; only asked of instances in other zones.</summary>
    public bool IsAvailable { get; init; }

    /// <summary>It stands outside the mesh.</summary>
    public bool IsExternal => Kind == TargetKinds.MeshExternalService;

    /// <summary>Age, for references by label that several services satisfy: the oldest is meant.</summary>
    public DateTimeOffset CreationTime { get; init; }

    /// <summary>The port that a reference means: its section, its number, or the only one.</summary>
    public ServicePort? FindPort(string? section, uint? number)
    {
        if (string.IsNullOrEmpty(section) && number is null or 0)
        {
            return Ports.Count == 1 ? Ports[0] : null;
        }

        foreach (var port in Ports)
        {
            if (string.IsNullOrEmpty(section) ? port.Number == number : port.Section == section)
            {
                return port;
            }
        }

        // A section may also be the number of a port that has a name.
        return uint.TryParse(section, NumberStyles.None, CultureInfo.InvariantCulture, out var byNumber)
            ? Ports.FirstOrDefault(port => port.Number == byNumber)
            : null;
    }

    /// <summary>Reads a service; null when the resource is of another kind.</summary>
    public static ServiceView? Of(Resource resource) => resource.Spec switch
    {
        MeshServiceSpec spec => Of(resource, spec, resource.StatusAs<MeshServiceStatus>()),
        MeshMultiZoneServiceSpec spec => Of(resource, spec, resource.StatusAs<MeshMultiZoneServiceStatus>()),
        MeshExternalServiceSpec spec => Of(resource, spec, resource.StatusAs<MeshExternalServiceStatus>()),
        _ => null,
    };

    private static ServiceView Of(Resource resource, MeshServiceSpec spec, MeshServiceStatus? status) =>
        Start(resource, (spec.Ports ?? []).Select(port => (port.Name, (uint)(port.Port ?? 0), port.AppProtocol))) with
        {
            Vips = Addresses(status?.Vips),
            Hostnames = Hosts(status?.Addresses),
            Identities = Sorted((spec.Identities ?? []).Select(identity => identity.Value)),
            IsRemote = resource.Label(ResourceLabels.Origin) == "global",
            IsTlsReady = status?.Tls?.Status == "Ready",
            IsAvailable = spec.State == MeshServiceSpec.Available,
        };

    private static ServiceView Of(Resource resource, MeshMultiZoneServiceSpec spec, MeshMultiZoneServiceStatus? status) =>
        Start(resource, (spec.Ports ?? []).Select(port => (port.Name, (uint)(port.Port ?? 0), port.AppProtocol))) with
        {
            Vips = Addresses(status?.Vips),
            Hostnames = Hosts(status?.Addresses),
        };

    private static ServiceView Of(Resource resource, MeshExternalServiceSpec spec, MeshExternalServiceStatus? status) =>
        Start(resource, [((string?)null, (uint)(spec.Match?.Port ?? 0), spec.Match?.Protocol)]) with
        {
            Vips = status?.Vip?.Ip is { Length: > 0 } ip ? [ip] : [],
            Hostnames = Hosts(status?.Addresses),
        };

    private static ServiceView Start(Resource resource, IEnumerable<(string? Name, uint Number, string? Protocol)> ports)
    {
        var kri = resource.GetKri();
        var labels = LabelSet.Of(resource.Labels);
        return new ServiceView
        {
            Kind = resource.Kind,
            Name = resource.Name,
            Kri = kri,
            Labels = labels.ContainsKey(ResourceLabels.DisplayName) ? labels : labels.With(ResourceLabels.DisplayName, resource.DisplayName),
            Ports = FactList.From(ports.Where(port => port.Number is > 0 and <= ushort.MaxValue)
                .Select(port => Port(kri, port.Name, port.Number, port.Protocol))),
            CreationTime = resource.CreationTime,
        };
    }

    private static ServicePort Port(Kri kri, string? name, uint number, string? protocol)
    {
        var section = string.IsNullOrEmpty(name) ? number.ToString(CultureInfo.InvariantCulture) : name;
        var sni = Sni.TryBuild(kri.ShortName, kri.Mesh, kri.Zone, kri.Namespace, kri.Name, section);
        return new ServicePort(section, number, string.IsNullOrEmpty(protocol) ? "tcp" : protocol, sni);
    }

    private static FactList<string> Addresses(IReadOnlyList<Vip>? vips) =>
        FactList.From((vips ?? []).Select(vip => vip.Ip).OfType<string>().Where(ip => ip.Length > 0));

    private static FactList<string> Hosts(IReadOnlyList<HostnameAddress>? addresses) =>
        Sorted((addresses ?? []).Select(address => address.Hostname));

    private static FactList<string> Sorted(IEnumerable<string?> values) =>
        FactList.From(values.OfType<string>().Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
