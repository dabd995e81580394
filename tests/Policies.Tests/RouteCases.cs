using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Mesh.Envoy.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Policies.Matching;
using Mesh.Policies.Routing;
using Mesh.Testing;

namespace Mesh.Policies.Tests;

/// <summary>
/// Cases of the policies that route: <c>Cases/NAME.input.yaml</c> holds policies; <c>NAME.golden.yaml</c> is where the calls
/// of <c>web-1</c> to port 80 (http) of the MeshService <c>backend</c> go. There are <c>backend-next</c> (http) and
/// <c>database</c> (port 5432, tcp) too.
/// </summary>
public static class RouteCases
{
    private const string Suffix = ".input.yaml";

    private const string World =
        """
        type: Mesh
        name: default
        ---
        type: MeshService
        mesh: default
        name: backend
        labels: {kuma.io/zone: east, kuma.io/origin: zone, kuma.io/display-name: backend}
        spec: {ports: [{port: 80, appProtocol: http}]}
        ---
        type: MeshService
        mesh: default
        name: backend-next
        labels: {kuma.io/zone: east, kuma.io/origin: zone, kuma.io/display-name: backend-next}
        spec: {ports: [{port: 80, appProtocol: http}]}
        ---
        type: MeshService
        mesh: default
        name: database
        labels: {kuma.io/zone: east, kuma.io/origin: zone, kuma.io/display-name: database}
        spec: {ports: [{port: 5432, appProtocol: tcp}]}
        ---
        type: Dataplane
        mesh: default
        name: web-1
        labels: {app: web}
        networking:
          address: 10.0.0.1
          inbound: [{port: 8080, name: main}]
        """;

    private static readonly Kri _destination = new("msvc", "default", "east", "", "backend", "80");

    /// <summary>Names of the cases beside the calling test.</summary>
    public static TheoryData<string> Names([CallerFilePath] string test = "")
    {
        var names = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Folder(test), "*" + Suffix).Order(StringComparer.Ordinal))
        {
            names.Add(Path.GetFileName(file)[..^Suffix.Length]);
        }

        return names;
    }

    /// <summary>Runs one case.</summary>
    public static void Check(IOutboundRouter router, string kind, string name, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Folder(test), name);
        var everything = Read(World).Concat(Read(File.ReadAllText(path + Suffix))).ToList();
        var destinations = new ListDestinationIndex("default", everything);
        var matched = MeshPolicies.Create(PolicyCatalog.Default, everything, destinations).Match(everything.Single(r => r.Kind == "Dataplane"));
        var rule = matched.To(kind).FindRule(_destination, _destination.WithSection(""));
        var routing = router.Plan(new OutboundDestination(_destination, "http", false), rule, new Resolver(destinations))!;
        Golden.Check(path + ".golden.yaml", YamlWriter.Write(new JsonObject
        {
            ["routes"] = new JsonArray([.. router.Build(routing).Select(route => EnvoyJson.ToNode(route.Message))]),
            ["backends"] = new JsonArray([.. routing.Backends.Select(backend => JsonValue.Create($"{backend.Kri} x{backend.Weight}"))]),
            ["clusters"] = new JsonArray([.. routing.Destinations().Select(kri => JsonValue.Create(kri.ToString()))]),
            ["faults"] = new JsonArray([.. routing.Faults.Select(fault => JsonValue.Create(fault))]),
        }));
    }

    private static string Folder(string test) => Path.Combine(Path.GetDirectoryName(test)!, "Cases");

    private static List<Resource> Read(string yaml) => YamlIsEmpty(yaml) ? [] :
    [
        .. ResourceYaml.ParseAll(yaml, MeshCatalog.Create(), keepStatus: true)
            .Select(p => p.Resource ?? throw new InvalidDataException(p.Error ?? string.Join("; ", p.Violations))),
    ];

    private static bool YamlIsEmpty(string yaml) => yaml.Split('\n').All(line => line.Length == 0 || line[0] == '#');

    private sealed class Resolver(ListDestinationIndex destinations) : IBackendResolver
    {
        public ResolvedBackend? Resolve(BackendRef reference, Resource author)
        {
            var found = destinations.FindAll(reference.Kind!, reference.Labels!) is [var first, ..] ? first : null;
            var port = found?.SpecAs<MeshServiceSpec>().Ports?.FirstOrDefault(port => port.Port == reference.Port);
            return port is null ? null : new ResolvedBackend(found!.GetKri(port.SectionName), port.AppProtocol ?? "tcp", false);
        }
    }
}
