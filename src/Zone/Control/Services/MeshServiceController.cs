using System.Globalization;
using Mesh.Identity.Spiffe;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Identity;
using Mesh.Zone.Insights;

namespace Mesh.Zone.Control.Services;

/// <summary>
/// Keeps MeshServices: address, names and, for those of this zone, their proxies' counts, whether they take mesh TLS, and the
/// identities and state that peers and other zones read from the spec.
/// </summary>
internal sealed class MeshServiceController(IResourceStore store, ServiceNaming naming, ZoneControlOptions options)
    : NamedServiceController("mesh-service", MeshServiceKind.Name, store, naming)
{
    private const string Ready = "Ready";
    private const string NotReady = "NotReady";

    /// <inheritdoc/>
    protected override void ObserveMore(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        if (change.Mesh.Length == 0 || !view.TryGetMesh(change.Mesh, out var mesh))
        {
            return;
        }

        switch (change.Kind)
        {
            case DataplaneKind.Name when change.IsOfWish:
                Touch(mesh, change.Name, change.Before, dirty);
                Touch(mesh, change.Name, change.After, dirty);
                break;
            case DataplaneInsightKind.Name when Says(change.Before) != Says(change.After):
                Touch(mesh, change.Name, mesh.Find(DataplaneKind.Name, change.Name), dirty);
                break;
            case MeshIdentityKind.Name:
                foreach (var name in mesh.Of(MeshServiceKind.Name).Keys)
                {
                    dirty.Add(new WorkItem(this, mesh.Name, name));
                }

                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    protected override (object Spec, object Status) Compute(Resource service, MeshFacts mesh)
    {
        var spec = service.SpecAs<MeshServiceSpec>();
        var (addresses, generators) = Naming.NamesOf(service.Key);
        var status = (service.StatusAs<MeshServiceStatus>() ?? new MeshServiceStatus()) with
        {
            Addresses = addresses,
            Vips = Naming.VipOf(service.Key) is { } vip ? [vip] : null,
            HostnameGenerators = generators,
        };
        if (!IsLocal(service))
        {
            return (spec, status);
        }

        var proxies = mesh.SelectDataplanes(spec.Selector).ToList();
        var counts = Count(spec, proxies, mesh);
        var identities = mesh.Of(MeshIdentityKind.Name).Values.Where(IdentitySelection.IsReady).ToList();
        status = status with
        {
            DataplaneProxies = counts,
            Tls = new MeshServiceTls { Status = TlsStatus(status.Tls.Status, proxies, identities, mesh) },
        };
        spec = spec with
        {
            State = counts.Healthy > 0 ? MeshServiceSpec.Available : MeshServiceSpec.Unavailable,
            Identities = IdentitiesOf(proxies, identities),
        };
        return (spec, status);
    }

    private bool IsLocal(Resource service) =>
        service.Label(ResourceLabels.Origin) != "global" && service.Label(ResourceLabels.Zone) is var zone && (zone.Length == 0 || zone == options.Zone);

    private void Touch(MeshFacts mesh, string dataplane, Resource? resource, ICollection<WorkItem> dirty)
    {
        if (resource is null)
        {
            return;
        }

        foreach (var service in mesh.ServicesThatMaySelect(dataplane, resource.Labels))
        {
            dirty.Add(new WorkItem(this, mesh.Name, service));
        }
    }

    private static (bool Connected, bool Certified) Says(Resource? insight)
    {
        var spec = (DataplaneInsightSpec?)insight?.Spec;
        return (ProxyStates.IsConnected(spec), ProxyStates.HasCertificate(spec));
    }

    private static DataplaneInsightSpec? InsightOf(MeshFacts mesh, Resource dataplane) =>
        (DataplaneInsightSpec?)mesh.Find(DataplaneInsightKind.Name, dataplane.Name)?.Spec;

    private static ProxyCounts Count(MeshServiceSpec spec, List<Resource> proxies, MeshFacts mesh) => new()
    {
        Total = proxies.Count,
        Connected = proxies.Count(proxy => ProxyStates.IsConnected(InsightOf(mesh, proxy))),
        Healthy = proxies.Count(proxy => IsHealthy(spec, proxy.SpecAs<DataplaneSpec>())),
    };

    /// <summary>A proxy is healthy for a service when it serves one of its ports, and each it serves can take traffic.</summary>
    private static bool IsHealthy(MeshServiceSpec service, DataplaneSpec proxy)
    {
        var serves = false;
        foreach (var inbound in proxy.Networking?.Inbound ?? [])
        {
            if (inbound.State == DataplaneInbound.Ignored || !(service.Ports ?? []).Any(port => Reaches(port, inbound)))
            {
                continue;
            }

            if (!ProxyStates.IsReady(inbound))
            {
                return false;
            }

            serves = true;
        }

        return serves;
    }

    private static bool Reaches(MeshServicePort port, DataplaneInbound inbound)
    {
        if (port.TargetPort is not { } target)
        {
            return inbound.Port == port.Port;
        }

        return target.Text is { } name
            ? inbound.Name == name || (string.IsNullOrEmpty(inbound.Name) && inbound.Port.ToString(CultureInfo.InvariantCulture) == name)
            : inbound.Port == target.Number;
    }

    /// <summary>
    /// Ready once every proxy has a certificate, and from then on, as long as the service has an identity at all. An identity
    /// that selects none of its proxies does not count.
    /// </summary>
    private static string TlsStatus(string? before, List<Resource> proxies, List<Resource> identities, MeshFacts mesh)
    {
        var isSelected = proxies.Count == 0
            ? identities.Count > 0
            : proxies.Any(proxy => IdentitySelection.Select(proxy.Labels, identities) is not null);
        if (!isSelected)
        {
            return NotReady;
        }

        return before == Ready || (proxies.Count > 0 && proxies.All(proxy => ProxyStates.HasCertificate(InsightOf(mesh, proxy)))) ? Ready : NotReady;
    }

    /// <summary>Ids of all identities that select a proxy, not only the one in use: peers go on trusting it while it moves from one to another.</summary>
    private List<MeshServiceIdentity>? IdentitiesOf(List<Resource> proxies, List<Resource> identities)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var identity in identities)
        {
            if (!IdentitySelection.TryReadTemplates(identity, options.Environment, out var templates, out _))
            {
                continue;
            }

            foreach (var proxy in proxies.Where(proxy => IdentitySelection.Selects(identity, proxy.Labels)))
            {
                if (templates.TryRender(new SpiffeSubject(proxy.Mesh, options.Zone, proxy.Labels), out var id, out _))
                {
                    ids.Add(id.ToString());
                }
            }
        }

        return ids.Count == 0 ? null : [.. ids.Select(id => new MeshServiceIdentity { Type = "SpiffeID", Value = id })];
    }
}
