using System.Text;
using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Server.Bootstrap;
using Mesh.Stores.Memory;
using Mesh.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YamlDotNet.Serialization;

namespace Mesh.Conformance;

/// <summary>Recorded bootstrap requests against our endpoint, authentication off (with it on, ours refuses what Kuma does not).</summary>
public sealed class BootstrapConformance
{
    [Fact]
    public async Task Bootstrap_RecordedRequests_AnswerAsRecorded()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var files = Directory.GetFiles(Path.Combine(SharedFolder.Conformance!, "recorded"), "bootstrap*.jsonl").Order().ToArray();
        var exchanges = files
            .SelectMany(file => File.ReadLines(file).Select((line, index) => (Name: $"{Path.GetFileName(file)}:{index + 1}", Json: JsonNode.Parse(line)!)))
            .ToList();
        var report = new ConformanceReport("bootstrap");
        await using var server = await StartAsync(await DataplanesAsync(exchanges.Select(exchange => exchange.Json)));
        using var client = new HttpClient { BaseAddress = new Uri(Address(server)) };
        foreach (var (name, json) in exchanges)
        {
            await JudgeAsync(report, $"{name} ({json["note"]})", json, client);
        }

        report.Print();
        Assert.True(report.Rate >= 0.95, report.ToString());
    }

    private static async Task JudgeAsync(ConformanceReport report, string name, JsonNode exchange, HttpClient client)
    {
        var expected = exchange["response"]!;
        var status = (int)expected["status"]!;
        using var response = await client.SendAsync(Request(exchange["request"]!), TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (status == 500 && (int)response.StatusCode == 422)
        {
            report.PassOnPurpose(name, "a request that cannot be answered is the sender's fault and is told so: 422 with the reason, not 500");
        }
        else if ((int)response.StatusCode != status)
        {
            report.Fail(name, $"status {(int)response.StatusCode}, should be {status}: {body}");
        }
        else if (status != 200)
        {
            report.Pass(name);
        }
        else
        {
            var ours = Normal(response.Content.Headers.ContentType!.MediaType!, JsonOrText(body));
            var theirs = Normal(expected["headers"]!["content-type"]!.ToString(), expected["body"]!);
            if (JsonNode.DeepEquals(ours, theirs))
            {
                report.Pass(name);
            }
            else
            {
                report.Fail(name, Difference(ours, theirs, "$") ?? "differs");
            }
        }
    }

    private static HttpRequestMessage Request(JsonNode recorded)
    {
        var headers = recorded["headers"]!.AsObject();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(recorded["body"]!.ToJsonString()));
        var request = new HttpRequestMessage(new HttpMethod(recorded["method"]!.ToString()), recorded["path"]!.ToString()) { Content = content };
        if (headers["content-type"] is { } type)
        {
            content.Headers.TryAddWithoutValidation("content-type", type.ToString());
        }

        if (headers["accept"] is { } accept)
        {
            request.Headers.TryAddWithoutValidation("accept", accept.ToString());
        }

        request.Headers.Host = "localhost:5678";
        return request;
    }

    private static JsonNode JsonOrText(string body) => body.StartsWith('{') ? JsonNode.Parse(body)! : JsonValue.Create(body);

    /// <summary>Content type, sidecar configuration and the bootstrap as a tree, without what depends on the recording machine.</summary>
    private static JsonObject Normal(string contentType, JsonNode body)
    {
        var json = body as JsonObject;
        var yaml = json is null ? body.GetValue<string>() : Encoding.UTF8.GetString(Convert.FromBase64String(json["bootstrap"]!.ToString()));
        var bootstrap = JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(
            new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new StringReader(yaml))!))!;
        var features = bootstrap["node"]!["metadata"]!["features"]!.AsArray().Select(feature => feature!.ToString()).Order(StringComparer.Ordinal);
        bootstrap["node"]!["metadata"]!["features"] = new JsonArray([.. features.Select(feature => JsonValue.Create(feature))]);
        bootstrap["node"]!["metadata"]!["workdir"] = "";
        return new JsonObject
        {
            ["contentType"] = contentType,
            ["sidecar"] = json?["kumaSidecarConfiguration"]?.DeepClone(),
            ["bootstrap"] = Mask(bootstrap),
        };
    }

    private static JsonNode? Mask(JsonNode? node) => node switch
    {
        JsonObject tree => new JsonObject(tree.Select(property => KeyValuePair.Create(property.Key, Mask(property.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Mask)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(MaskText(text)),
        _ => node?.DeepClone(),
    };

    private static string MaskText(string text) =>
        text.EndsWith(".sock", StringComparison.Ordinal) ? text[(text.LastIndexOf('/') + 1)..]
        : text.StartsWith("eyJ", StringComparison.Ordinal) ? text[..text.LastIndexOf('.')]
        : text;

    private static string? Difference(JsonNode? ours, JsonNode? theirs, string path)
    {
        if (ours is JsonObject one && theirs is JsonObject other)
        {
            return one.Select(p => p.Key).Union(other.Select(p => p.Key)).Select(key => Difference(one[key], other[key], $"{path}.{key}"))
                .FirstOrDefault(difference => difference is not null);
        }

        if (ours is JsonArray left && theirs is JsonArray right && left.Count == right.Count)
        {
            return left.Select((item, index) => Difference(item, right[index], $"{path}[{index}]")).FirstOrDefault(found => found is not null);
        }

        return JsonNode.DeepEquals(ours, theirs) ? null : $"{path}: {ours?.ToJsonString() ?? "null"}, should be {theirs?.ToJsonString() ?? "null"}";
    }

    private static async Task<WebApplication> StartAsync(IBootstrapDataplanes dataplanes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new BootstrapService(new BootstrapParameters { XdsPort = 5678 }, dataplanes, new NoTokenRequired()));
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapMeshBootstrap();
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private static string Address(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Known are the Dataplanes that the recorded proxies brought along.</summary>
    private static async Task<IBootstrapDataplanes> DataplanesAsync(IEnumerable<JsonNode> exchanges)
    {
        var store = new MemoryStore(TimeProvider.System);
        await store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "default", Spec = new MeshSpec() });
        var texts = exchanges.Select(exchange => exchange["request"]!["body"]!["dataplaneResource"]!.ToString());
        foreach (var dataplane in texts.SelectMany(text => ResourceYaml.ParseAll(text, new ResourceCatalog([DataplaneKind.Resource]))))
        {
            if (dataplane.Resource is { Mesh: "default" } resource && await store.GetAsync(resource.Key) is null)
            {
                await store.CreateAsync(resource);
            }
        }

        return new StoreBootstrapDataplanes(store, new LabelContext());
    }
}
