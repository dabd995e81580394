using System.Collections.Frozen;
using System.Globalization;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Control.Workloads;

/// <summary>Generated MeshServices. One that a user wrote under the same name is the user's and left alone.</summary>
internal sealed class WorkloadServices(IResourceStore store, TimeProvider clock, ZoneControlOptions options)
{
    /// <summary>True for a MeshService that was generated.</summary>
    public static bool IsGenerated(Resource service) => service.Label(ResourceLabels.ManagedBy) == GeneratedLabels.MeshServiceGenerator;

    /// <summary>Creates, keeps or removes the MeshService of a workload.</summary>
    /// <returns>When it is to be removed, if it waits for that.</returns>
    public async ValueTask<DateTimeOffset?> KeepAsync(
        string mesh, string name, MeshFacts facts, List<Resource> dataplanes, CancellationToken cancellationToken)
    {
        var service = facts.Find(MeshServiceKind.Name, name);
        var ports = GeneratedPorts.Of(dataplanes);
        if (service is null)
        {
            if (ports.Count > 0)
            {
                await store.CreateAsync(New(mesh, name, ports), cancellationToken).ConfigureAwait(false);
            }

            return null;
        }

        if (!IsGenerated(service))
        {
            return null;
        }

        return ports.Count > 0
            ? await UpdateAsync(service, ports, cancellationToken).ConfigureAwait(false)
            : await RetireAsync(service, cancellationToken).ConfigureAwait(false);
    }

    private static Resource Without(Resource service, string label) =>
        service with { Labels = service.Labels.Where(pair => pair.Key != label).ToFrozenDictionary(StringComparer.Ordinal) };

    private async ValueTask<DateTimeOffset?> UpdateAsync(Resource service, IReadOnlyList<MeshServicePort> ports, CancellationToken cancellationToken)
    {
        var spec = service.SpecAs<MeshServiceSpec>() with { Ports = ports, Selector = SelectorOf(service.Name) };
        var isReturning = service.Labels.ContainsKey(ResourceLabels.DeletionGracePeriodStartedAt);
        if (isReturning || !ModelEquality.Same(service.Spec, spec))
        {
            await store.UpdateAsync(Without(service, ResourceLabels.DeletionGracePeriodStartedAt) with { Spec = spec }, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async ValueTask<DateTimeOffset?> RetireAsync(Resource service, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var text = service.Label(ResourceLabels.DeletionGracePeriodStartedAt);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var startedAt))
        {
            var labels = new Dictionary<string, string>(service.Labels, StringComparer.Ordinal)
            {
                [ResourceLabels.DeletionGracePeriodStartedAt] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            };
            await store.UpdateAsync(service with { Labels = labels.ToFrozenDictionary(StringComparer.Ordinal) }, cancellationToken).ConfigureAwait(false);
            return now + options.MeshServiceDeletionGracePeriod;
        }

        var end = startedAt + options.MeshServiceDeletionGracePeriod;
        if (now < end)
        {
            return end;
        }

        await store.DeleteAsync(service.Key, service.Version, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static MeshServiceSelector SelectorOf(string workload) => new()
    {
        DataplaneLabels = new LabelSelector { MatchLabels = new Dictionary<string, string> { [ResourceLabels.Workload] = workload } },
    };

    private Resource New(string mesh, string name, IReadOnlyList<MeshServicePort> ports) => new()
    {
        Descriptor = MeshServiceKind.Resource,
        Mesh = mesh,
        Name = name,
        Labels = GeneratedLabels.OfMeshService(mesh, name, options),
        Spec = new MeshServiceSpec { State = MeshServiceSpec.Unavailable, Selector = SelectorOf(name), Ports = ports },
    };
}
