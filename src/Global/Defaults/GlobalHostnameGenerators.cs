using System.Collections.Frozen;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Global.Defaults;

/// <summary>HostnameGenerators that a Global starts with: names of services as the other zones see them (contract §1.9).</summary>
internal static class GlobalHostnameGenerators
{
    private const string EnvironmentLabel = ResourceLabels.Env;
    private const string HeadlessLabel = "k8s.kuma.io/is-headless-service";

    private static readonly FrozenDictionary<string, string> _ofGlobal = Labels();

    /// <summary>All of them.</summary>
    public static IEnumerable<Resource> All()
    {
        yield return New("synced-mesh-multi-zone-service", "{{ .DisplayName }}.mzsvc.mesh.local", new HostnameSelector { MeshMultiZoneService = Select() });
        yield return New(
            "synced-kube-mesh-service",
            "{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local",
            new HostnameSelector { MeshService = Select((EnvironmentLabel, "kubernetes"), (HeadlessLabel, "false")) });
        yield return New(
            "synced-headless-kube-mesh-service",
            "{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local",
            new HostnameSelector { MeshService = Select((EnvironmentLabel, "kubernetes"), (HeadlessLabel, "true")) });
        yield return New(
            "synced-universal-mesh-service",
            "{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local",
            new HostnameSelector { MeshService = Select((EnvironmentLabel, "universal")) });
        yield return New("synced-mesh-external-service", "{{ .DisplayName }}.extsvc.mesh.local", new HostnameSelector { MeshExternalService = Select() });
    }

    private static LabelSelector Select(params (string Key, string Value)[] more) => new() { MatchLabels = Labels(more) };

    private static FrozenDictionary<string, string> Labels(params (string Key, string Value)[] more) =>
        more.Prepend((Key: ResourceLabels.Origin, Value: "global")).ToFrozenDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private static Resource New(string name, string template, HostnameSelector selector) => new()
    {
        Descriptor = HostnameGeneratorKind.Resource,
        Name = name,
        Labels = _ofGlobal,
        Spec = new HostnameGeneratorSpec { Selector = selector, Template = template },
    };
}
