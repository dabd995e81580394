using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Policies.Matching;

namespace Mesh.Policies.Tests;

/// <summary>Resources of small tests, written as YAML.</summary>
internal static class TestWorld
{
    internal static List<Resource> Read(string yaml) =>
    [
        .. ResourceYaml.ParseAll(yaml, MeshCatalog.Create(), keepStatus: true)
            .Select(parsed => parsed.Resource ?? throw new InvalidDataException(parsed.Error ?? string.Join("; ", parsed.Violations))),
    ];

    internal static Resource ReadOne(string yaml) => Read(yaml).Single();

    /// <summary>A proxy with inbounds <c>main</c> (8080) and <c>admin</c> (9090).</summary>
    internal static Resource Proxy(string labels = "{app: web}") => ReadOne(
        $$"""
        type: Dataplane
        mesh: default
        name: web-1
        labels: {{labels}}
        networking:
          address: 10.0.0.1
          inbound: [{port: 8080, name: main}, {port: 9090, name: admin}]
        """);

    internal static MeshPolicies Policies(IReadOnlyCollection<Resource> resources, MeshPolicies? previous = null, IDestinationIndex? index = null) =>
        MeshPolicies.Create(PolicyCatalog.Default, resources, index ?? new ListDestinationIndex("default", resources), previous);
}
