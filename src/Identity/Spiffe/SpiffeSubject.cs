using Mesh.Model.Resources;

namespace Mesh.Identity.Spiffe;

/// <summary>The proxy that an id is rendered for.</summary>
/// <param name="Mesh">Its mesh.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Labels">Labels of its Dataplane: namespace, service account and workload are read from them.</param>
public sealed record SpiffeSubject(string Mesh, string Zone, IReadOnlyDictionary<string, string> Labels)
{
    internal string? Label(string key) => Labels.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    internal string? Workload => Label(ResourceLabels.Workload);

    internal string? Namespace => Label(ResourceLabels.KubernetesNamespace);

    internal string? ServiceAccount => Label(ResourceLabels.KubernetesServiceAccount);
}
