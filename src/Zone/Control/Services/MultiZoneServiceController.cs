using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Control.Services;

/// <summary>Keeps the statuses of MeshMultiZoneServices: address, names and the MeshServices they are made of.</summary>
internal sealed class MultiZoneServiceController(IResourceStore store, ServiceNaming naming)
    : NamedServiceController("mesh-multi-zone-service", MeshMultiZoneServiceKind.Name, store, naming)
{
    /// <inheritdoc/>
    protected override void ObserveMore(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        if (change.Kind != MeshServiceKind.Name || !view.TryGetMesh(change.Mesh, out var mesh))
        {
            return;
        }

        if (change.Before is { } before && change.After is { } after && ModelEquality.SameLabels(before.Labels, after.Labels))
        {
            return;
        }

        foreach (var service in mesh.Of(MeshMultiZoneServiceKind.Name).Values)
        {
            if (Selects(service, change.Before) || Selects(service, change.After))
            {
                dirty.Add(new WorkItem(this, change.Mesh, service.Name));
            }
        }
    }

    /// <inheritdoc/>
    protected override (object Spec, object Status) Compute(Resource service, MeshFacts mesh)
    {
        var (addresses, generators) = Naming.NamesOf(service.Key);
        var before = service.StatusAs<MeshMultiZoneServiceStatus>() ?? new MeshMultiZoneServiceStatus();
        var members = Selector(service) is { Count: > 0 } labels
            ? mesh.SelectServices(labels).Select(Describe).OrderBy(member => member.Name, StringComparer.Ordinal)
                .ThenBy(member => member.Zone, StringComparer.Ordinal).ThenBy(member => member.Namespace, StringComparer.Ordinal).ToList()
            : [];
        var status = before with
        {
            Addresses = addresses,
            Vips = Naming.VipOf(service.Key) is { } vip ? [vip] : null,
            MeshServices = members.Count > 0 ? members : null,
            HostnameGenerators = generators,
            Conditions = [Matched(members.Count)],
        };
        return (service.Spec, status);
    }

    private static Condition Matched(int count) => new()
    {
        Type = "MeshServicesMatched",
        Status = count > 0 ? "True" : "False",
        Reason = count > 0 ? "MatchesFound" : "NoMatchesFound",
        Message = $"Matched {count} MeshService(s)",
    };

    private static MatchedMeshService Describe(Resource service) => new()
    {
        Name = service.DisplayName,
        Namespace = service.Label(ResourceLabels.KubernetesNamespace),
        Zone = service.Label(ResourceLabels.Zone),
        Mesh = service.Mesh,
    };

    private static IReadOnlyDictionary<string, string>? Selector(Resource service) =>
        service.SpecAs<MeshMultiZoneServiceSpec>().Selector?.MeshService?.MatchLabels;

    private static bool Selects(Resource service, Resource? meshService) =>
        meshService is not null && Selector(service) is { Count: > 0 } labels
        && labels.All(pair => (pair.Key == ResourceLabels.DisplayName ? meshService.DisplayName : meshService.Label(pair.Key)) == pair.Value);
}
