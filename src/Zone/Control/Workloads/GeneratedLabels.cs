using System.Collections.Frozen;
using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Workloads;

/// <summary>Labels of what this zone makes by itself (contract §4.3).</summary>
internal static class GeneratedLabels
{
    /// <summary>Value of <c>kuma.io/managed-by</c> on generated MeshServices.</summary>
    public const string MeshServiceGenerator = "meshservice-generator";

    /// <summary>Value of <c>kuma.io/managed-by</c> on generated Workloads.</summary>
    public const string WorkloadGenerator = "workload-generator";

    /// <summary>Labels of a resource that is authored in this zone.</summary>
    public static Dictionary<string, string> OfZone(string mesh, string name, ZoneControlOptions options) => new(StringComparer.Ordinal)
    {
        [ResourceLabels.DisplayName] = name,
        [ResourceLabels.Env] = options.Environment,
        [ResourceLabels.Mesh] = mesh,
        [ResourceLabels.Origin] = "zone",
        [ResourceLabels.Zone] = options.Zone,
    };

    /// <summary>Labels of a generated MeshService.</summary>
    public static FrozenDictionary<string, string> OfMeshService(string mesh, string name, ZoneControlOptions options)
    {
        var labels = OfZone(mesh, name, options);
        labels[ResourceLabels.ManagedBy] = MeshServiceGenerator;
        return labels.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Labels of a generated Workload.</summary>
    public static FrozenDictionary<string, string> OfWorkload(string mesh, ZoneControlOptions options) =>
        new Dictionary<string, string>
        {
            [ResourceLabels.Env] = options.Environment,
            [ResourceLabels.ManagedBy] = WorkloadGenerator,
            [ResourceLabels.Mesh] = mesh,
            [ResourceLabels.Zone] = options.Zone,
        }.ToFrozenDictionary(StringComparer.Ordinal);
}
