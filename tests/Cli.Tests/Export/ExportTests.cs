using System.Text.Json.Nodes;
using Mesh.Cli.Input;

namespace Mesh.Cli.Tests.Export;

/// <summary>What one control plane exports, another one takes.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private const string Resources =
        """
        type: Mesh
        name: airline
        ---
        type: MeshTimeout
        mesh: airline
        name: short
        spec: {to: [{targetRef: {kind: Mesh}, default: {connectionTimeout: 7s}}]}
        ---
        type: MeshMultiZoneService
        mesh: airline
        name: check-in
        spec: {selector: {meshService: {matchLabels: {app: check-in}}}, ports: [{port: 80, name: main, appProtocol: http}]}
        ---
        type: HostnameGenerator
        name: airline-names
        spec: {template: "{{ .DisplayName }}.airline", selector: {meshService: {matchLabels: {a: b}}}}
        ---
        type: Secret
        mesh: airline
        name: gate-code
        data: c2VjcmV0
        ---
        type: GlobalSecret
        name: tower-key
        data: dG93ZXI=
        ---
        type: Dataplane
        mesh: airline
        name: web-1
        networking: {address: 127.0.0.1, inbound: [{port: 80, name: main}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-export-").FullName;
    private TestZone _zone = null!;
    private TestZone _other = null!;

    public async ValueTask InitializeAsync()
    {
        _zone = await TestZone.StartAsync();
        _other = await TestZone.StartAsync(("defaults.skipMeshCreation", "true"));
        var file = Write("resources.yaml", Resources);
        Assert.Equal((0, ""), Outcome(await _zone.RunAsync("apply", "-f", file)));
    }

    public async ValueTask DisposeAsync()
    {
        await _zone.DisposeAsync();
        await _other.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Export_FederationWithPolicies_IsTakenByANewControlPlaneAsItIs()
    {
        var exported = await _zone.RunAsync("export", "--profile", "federation-with-policies");
        var applied = await _other.RunAsync("apply", "-f", Write("export.yaml", exported.Output));
        var again = await _other.RunAsync("export", "--profile", "federation-with-policies");

        Assert.Equal((0, ""), Outcome(exported));
        Assert.Equal((0, ""), Outcome(applied));
        Assert.Equal(Comparable(exported.Output), Comparable(again.Output));
        Assert.Contains("connectionTimeout: 7s", exported.Output, StringComparison.Ordinal);
        Assert.All(Documents(exported.Output), document => Assert.Null(document["labels"]?["kuma.io/origin"]));
    }

    /// <summary>Proxies and users keep their tokens: the keys that signed them are the other control plane's now.</summary>
    [Fact]
    public async Task Export_Federation_KeepsSigningKeysAndLeavesControlPlanesAuthoritiesOut()
    {
        var exported = Documents((await _zone.RunAsync("export")).Output);
        var names = exported.Select(d => (string)d["name"]!).ToList();

        Assert.Contains("dataplane-token-signing-key-airline-1", names);
        Assert.Contains("zone-token-signing-key-1", names);
        Assert.Contains("gate-code", names);
        Assert.DoesNotContain("envoy-admin-ca", names);
        Assert.DoesNotContain("inter-cp-ca", names);
    }

    [Fact]
    public async Task Export_Federation_IsInAnOrderThatApplies()
    {
        var types = Documents((await _zone.RunAsync("export", "--profile", "federation-with-policies")).Output);

        var ranks = types.Select(d => (string)d["type"]! switch
        {
            "Mesh" => 0,
            "Secret" => 1,
            "GlobalSecret" => ((string)d["name"]!).StartsWith("user-token-signing-key-", StringComparison.Ordinal) ? 4 : 3,
            _ => 2,
        }).ToList();
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal([0, 1, 2, 3, 4], ranks.Distinct());
        Assert.All(types.Where(d => (string)d["type"]! == "Mesh"), mesh => Assert.Equal("*", (string?)mesh["skipCreatingInitialPolicies"]?[0]));
    }

    [Theory]
    [InlineData("federation", false, true, true, false)]
    [InlineData("federation-with-policies", true, true, true, false)]
    [InlineData("all", true, true, false, true)]
    [InlineData("no-dataplanes", true, true, false, false)]
    public async Task Export_Profile_HoldsWhatItIsFor(string profile, bool policies, bool services, bool secrets, bool dataplanes)
    {
        var kinds = Documents((await _zone.RunAsync("export", "--profile", profile)).Output).Select(d => (string)d["type"]!).ToHashSet();

        Assert.Equal(
            (policies, services, secrets, dataplanes),
            (kinds.Contains("MeshTimeout"), kinds.Contains("MeshMultiZoneService"), kinds.Contains("Secret"), kinds.Contains("Dataplane")));
    }

    [Fact]
    public async Task Export_AllWithAdmin_HoldsSecrets()
    {
        var kinds = Documents((await _zone.RunAsync("export", "--profile", "all", "--include-admin")).Output).Select(d => (string)d["type"]!).ToHashSet();

        Assert.Contains("Secret", kinds);
        Assert.Contains("GlobalSecret", kinds);
    }

    [Fact]
    public async Task Export_Kubernetes_IsMadeOfManifestsForTheSystemNamespace()
    {
        var exported = await _zone.RunAsync("export", "--profile", "federation-with-policies", "--format", "kubernetes", "--system-namespace", "mesh-system");
        var documents = Documents(exported.Output);

        var mesh = documents[0];
        Assert.Equal("Mesh", (string?)mesh["kind"]);
        Assert.Equal("*", (string?)mesh["spec"]!["skipCreatingInitialPolicies"]![0]);
        Assert.Null(mesh["metadata"]!["namespace"]);
        foreach (var kind in (string[])["MeshTimeout", "Secret", "HostnameGenerator"])
        {
            Assert.All(documents.Where(d => (string?)d["kind"] == kind), d => Assert.Equal("mesh-system", (string?)d["metadata"]!["namespace"]));
        }

        Assert.Contains(documents, d => (string?)d["type"] == "system.kuma.io/global-secret");
    }

    private static (int Code, string Error) Outcome((int Code, string Output, string Error) run) => (run.Code, run.Error);

    private static List<JsonObject> Documents(string text) => [.. YamlDocuments.Parse("export", text).OfType<JsonObject>()];

    /// <summary>Without what differs on purpose: when it was written, and what says where.</summary>
    private static List<string> Comparable(string text) => [.. Documents(text).Select(document =>
    {
        document.Remove("creationTime");
        document.Remove("modificationTime");
        document.Remove("status");
        document.Remove("labels");
        document.Remove("kri");
        return document.ToJsonString();
    })];

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
