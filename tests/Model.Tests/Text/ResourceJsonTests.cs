using System.Text;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Text;

public sealed class ResourceJsonTests
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    private static ParsedResource Parse(string json) => ResourceJson.Parse(Encoding.UTF8.GetBytes(json), _catalog);

    private static string[] Faults(string json) => [.. Parse(json).Violations.Select(v => $"{v.Field}: {v.Message}")];

    private static string Timeout(string spec) => $$"""{"type":"MeshTimeout","mesh":"default","name":"a","spec":{{spec}}}""";

    [Fact]
    public void Parse_PolicyWithDurations_WritesThemNormalised()
    {
        var parsed = Parse(Timeout("""{"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"1500ms","idleTimeout":"11m"}}]}"""));
        Assert.Null(parsed.Error);
        var written = ResourceJson.ToNode(parsed.Resource!);
        Assert.Equal("1.5s", written["spec"]!["to"]![0]!["default"]!["connectionTimeout"]!.GetValue<string>());
        Assert.Equal("11m0s", written["spec"]!["to"]![0]!["default"]!["idleTimeout"]!.GetValue<string>());
        Assert.Equal("kri_mt_default___a_", written["kri"]!.GetValue<string>());
    }

    [Fact]
    public void Parse_MeshOfOlderVersions_KeepsZoneEgressAndNamesTheRest()
    {
        var parsed = Parse("""{"type":"Mesh","name":"m","routing":{"zoneEgress":true,"localityAwareLoadBalancing":true},"mtls":{}}""");
        Assert.True(parsed.Resource!.SpecAs<MeshSpec>().Routing!.ZoneEgress);
        Assert.Equal(["mtls", "routing.localityAwareLoadBalancing"], parsed.UnknownFields.Order(StringComparer.Ordinal));
        Assert.True(ResourceJson.ToNode(parsed.Resource)["routing"]!["zoneEgress"]!.GetValue<bool>());
        Assert.Null(ResourceJson.ToNode(Parse("""{"type":"Mesh","name":"m"}""").Resource!)["routing"]);
        Assert.NotNull(Parse("""{"type":"Mesh","name":"m","routing":{"zoneEgress":"yes"}}""").Error);
    }

    [Fact]
    public void Parse_SeveralSchemaFaults_ReportsAllWithPaths() => Assert.Equal(
        [
            "spec.targetRef.kind: in body should be one of [Mesh Dataplane]",
            "spec.targetRef.sectionName: in body must be of type string: \"number\"",
            "spec.to[0].default.connectionTimeout: in body must be of type string: \"number\"",
            "spec.to[0].targetRef.kind: in body should be one of [Mesh MeshService MeshExternalService MeshMultiZoneService MeshHTTPRoute]",
        ],
        Faults(Timeout("""
            {"targetRef":{"kind":"MeshService","sectionName":2},
             "to":[{"targetRef":{"kind":"Nope"},"default":{"connectionTimeout":5}}]}
            """)).Order(StringComparer.Ordinal));

    [Fact]
    public void Parse_HeadFaults_AreWordedWithoutPath()
    {
        Assert.Equal([": .type in body is required"], Faults("""{"name":"a","spec":{}}"""));
        Assert.Equal([": .spec in body is required"], Faults("""{"type":"MeshTimeout","name":"a"}"""));
        Assert.Equal([": spec in body must be of type object: \"string\""], Faults(Timeout("\"x\"")));
    }

    [Fact]
    public void Parse_UnknownFields_AreNamedAndDropped()
    {
        var parsed = Parse(Timeout("""{"tooo":[],"to":[{"targetRef":{"kind":"Mesh","name":"x"},"default":{"idleTimeout":"1s","bogus":2}}]}"""));
        Assert.Equal(["spec.tooo", "spec.to[0].default.bogus", "spec.to[0].targetRef.name"], parsed.UnknownFields.OrderByDescending(f => f, StringComparer.Ordinal).OrderBy(f => f.Length));
        Assert.NotNull(parsed.Resource);
    }

    [Fact]
    public void Parse_MissingFieldsWithFallback_AreFilledIn()
    {
        var parsed = Parse("""{"type":"MeshService","mesh":"default","name":"a","spec":{"ports":[{"port":80}]}}""");
        var spec = parsed.Resource!.SpecAs<MeshServiceSpec>();
        Assert.Equal("Unavailable", spec.State);
        Assert.Equal("tcp", spec.Ports![0].AppProtocol);
        Assert.Equal("""{"tls":{},"dataplaneProxies":{}}""", ResourceJson.ToNode(parsed.Resource!)["status"]!.ToJsonString());
    }

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("type: Mesh", "invalid character 'y' in literal true (expecting 'r')")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{} x", "invalid character 'x' after top-level value")]
    public void Parse_BrokenJson_IsToldAsClientsKnowIt(string json, string error) =>
        Assert.Equal(
            $"invalid MeshTimeout object: {GoText.Quote(error)}",
            ResourceJson.Parse(Encoding.UTF8.GetBytes(json), _catalog["MeshTimeout"]).Error);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{\"type\":null}")]
    [InlineData("{\"type\":\"MeshTimeout\",\"spec\":null}")]
    [InlineData("{\"type\":\"MeshTimeout\",\"spec\":{\"to\":[null]}}")]
    [InlineData("{\"type\":\"Dataplane\",\"networking\":{\"inbound\":[null]}}")]
    [InlineData("{\"type\":\"Dataplane\",\"networking\":[]}")]
    [InlineData("{\"type\":\"Mesh\",\"a\":1,\"a\":2}")]
    public void Parse_WrongShape_IsNoResource(string json) => Assert.Null(Parse(json).Resource);

    [Fact]
    public void Parse_NumberOutOfRange_NamesTheField() => Assert.Equal(
        "invalid MeshRetry object: \"json: cannot unmarshal number -1 into Go struct field HTTP.spec.to.default.http.numRetries of type uint32\"",
        Parse("""{"type":"MeshRetry","mesh":"default","name":"e","spec":{"to":[{"targetRef":{"kind":"Mesh"},"default":{"http":{"numRetries":-1}}}]}}""").Error);

    [Fact]
    public void Parse_UnknownEnumOfFlatKind_IsAnError() => Assert.Equal(
        "invalid Dataplane object: \"unknown value \\\"\\\\\\\"BUILTIN\\\\\\\"\\\" for enum kuma.mesh.v1alpha1.Dataplane.Networking.Gateway.GatewayType\"",
        Parse("""{"type":"Dataplane","networking":{"gateway":{"type":"BUILTIN"}}}""").Error);

    [Fact]
    public void Write_FlatKind_LeavesOutDefaultsAndAcceptsNumbersForNames()
    {
        var parsed = Parse("""
            {"type":"Dataplane","mesh":"default","name":"a","networking":{"address":"1.2.3.4","inbound":[
              {"port":"80","service_port":8080,"state":0,"health":null},{"port":81,"state":1,"tags":{"a":"b"}}]}}
            """);
        Assert.Equal(
            """{"address":"1.2.3.4","inbound":[{"port":80,"servicePort":8080},{"port":81,"state":"NotReady"}]}""",
            ResourceJson.ToNode(parsed.Resource!)["networking"]!.ToJsonString());
        Assert.Equal(["networking.inbound[1].tags"], parsed.UnknownFields);
    }

    [Fact]
    public void Write_Service_NamesItsServerNames()
    {
        var parsed = Parse("""
            {"type":"MeshService","mesh":"default","name":"a","labels":{"kuma.io/zone":"z"},"spec":{"ports":[{"port":80},{"port":81,"name":"main"}]}}
            """);
        Assert.Equal(
            """[{"port":80,"sni":"sni.msvc.default.z.a.80"},{"port":81,"sni":"sni.msvc.default.z.a.main"}]""",
            ResourceJson.ToNode(parsed.Resource!)["snis"]!.ToJsonString());
    }
}
