using System.Text.Json.Nodes;
using Mesh.Envoy.Json;
using Mesh.Server.Bootstrap;
using Mesh.Testing;
using YamlDotNet.Serialization;

namespace Mesh.Server.Tests.Bootstrap;

/// <summary>The builder against reference bootstraps whose inputs can be read off them.</summary>
public sealed class BootstrapGoldenTests
{
    [Theory]
    [InlineData("generator.default-config")]
    [InlineData("generator.default-config-minimal-request")]
    [InlineData("generator.default-config-token-path")]
    [InlineData("generator.default-config.kubernetes")]
    [InlineData("generator.default-config.kubernetes.ipv6")]
    [InlineData("generator.custom-config")]
    [InlineData("generator.custom-config-minimal-request")]
    [InlineData("generator.probes.kubernetes")]
    [InlineData("generator.system-cert-config.kubernetes")]
    [InlineData("bootstrap.k8s")]
    [InlineData("bootstrap.universal")]
    [InlineData("bootstrap.overridden")]
    public void Build_InputsReadOffReference_GivesReference(string name)
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var text = File.ReadAllText(Path.Combine(SharedFolder.Conformance!, "kuma", "bootstrap", name + ".golden.yaml"));
        var reference = Tree(text);

        var ours = Tree(BootstrapYaml.Write(EnvoyJson.ToNode(BootstrapBuilder.Build(Inputs(reference)))));

        Assert.Equal(Sorted(reference)!.ToJsonString(), Sorted(ours)!.ToJsonString());
    }

    private static BootstrapFacts Inputs(JsonNode reference)
    {
        var node = reference["node"]!;
        var metadata = node["metadata"]!;
        var id = node["id"]!.ToString();
        var clusters = reference["staticResources"]!["clusters"]!.AsArray();
        var google = reference["dynamicResources"]!["adsConfig"]!["grpcServices"]![0]!["googleGrpc"];
        var token = reference["dynamicResources"]!["adsConfig"]!["grpcServices"]![0]!["initialMetadata"]?[0]!["value"]!.ToString();
        var address = clusters.Count > 1
            ? clusters[1]!["loadAssignment"]!["endpoints"]![0]!["lbEndpoints"]![0]!["endpoint"]!["address"]!["socketAddress"]!
            : new JsonObject { ["address"] = "localhost", ["portValue"] = 5678 };
        var seconds = clusters[0]!["connectTimeout"]!.ToString().TrimEnd('s');
        return new BootstrapFacts
        {
            Request = Request(metadata, id, token, google),
            Parameters = new BootstrapParameters
            {
                AdminUnixSocket = false,
                AdminPort = uint.Parse(metadata["dataplane.admin.port"]?.ToString() ?? "0"),
                AdminAddress = metadata["dataplane.admin.address"]?.ToString() ?? "",
                AdminAccessLogPath = reference["admin"]?["accessLog"]![0]!["typedConfig"]!["path"]!.ToString() ?? "",
                XdsConnectTimeout = TimeSpan.FromSeconds(int.Parse(seconds)),
                HdsEnabled = reference["hdsConfig"] is not null,
                ReloadableTokens = google is not null,
            },
            Dataplane = new BootstrapDataplane
            {
                Labels = new Dictionary<string, string> { ["kuma.io/workload"] = node["cluster"]!.ToString() },
                Address = "127.0.0.1",
            },
            XdsHost = address["address"]!.ToString(),
            XdsPort = uint.Parse(address["portValue"]!.ToString()),
            CaPem = System.Text.Encoding.UTF8.GetString(
                Convert.FromBase64String(reference["staticResources"]!["secrets"]![0]!["validationContext"]!["trustedCa"]!["inlineBytes"]!.ToString())),
        };
    }

    private static BootstrapRequest Request(JsonNode metadata, string id, string? token, JsonNode? google) => new()
    {
        Mesh = id[..id.IndexOf('.')],
        Name = id[(id.IndexOf('.') + 1)..],
        DataplaneToken = token,
        DataplaneTokenPath = google?["callCredentials"]![0]!["fromPlugin"]!["typedConfig"]!["secretData"]!["filename"]!.ToString(),
        DataplaneResource = metadata["dataplane.resource"]?.ToString(),
        Version = metadata["version"]!.DeepClone().AsObject(),
        DynamicMetadata = metadata["dynamicMetadata"]?.DeepClone().AsObject(),
        DnsPort = uint.Parse(metadata["dataplane.dns.port"]?.ToString() ?? "0"),
        ReadinessPort = uint.Parse(metadata["dataplane.readinessReporter.port"]?.ToString() ?? "0"),
        AppProbeProxyEnabled = metadata["dataplane.appProbeProxy.enabled"] is not null,
        WorkDir = metadata["workdir"]!.ToString(),
        SystemCaPath = metadata["systemCaPath"]!.ToString(),
        MetricsResources = new BootstrapRequest.MetricsFiles(metadata["metricsCertPath"]!.ToString(), metadata["metricsKeyPath"]!.ToString()),
    };

    private static JsonNode Tree(string yaml) =>
        JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(
            new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new StringReader(yaml))!))!;

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject tree => new JsonObject(tree.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
