using System.Collections.Frozen;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Defaults;

/// <summary>HostnameGenerators that a zone starts with (contract §1.9).</summary>
internal static class HostnameGeneratorDefaults
{
    private static readonly FrozenDictionary<string, string> _ofZone =
        new Dictionary<string, string> { [ResourceLabels.Origin] = "zone" }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The generators of an environment.</summary>
    public static IEnumerable<Resource> For(string environment)
    {
        var selector = new LabelSelector { MatchLabels = _ofZone };
        yield return New("local-mesh-external-service", "{{ .DisplayName }}.extsvc.mesh.local", new HostnameSelector { MeshExternalService = selector });
        if (environment == "universal")
        {
            yield return New("local-universal-mesh-service", "{{ .DisplayName }}.svc.mesh.local", new HostnameSelector { MeshService = selector });
        }
    }

    private static Resource New(string name, string template, HostnameSelector selector) => new()
    {
        Descriptor = HostnameGeneratorKind.Resource,
        Name = name,
        Labels = _ofZone,
        Spec = new HostnameGeneratorSpec { Selector = selector, Template = template },
    };
}
