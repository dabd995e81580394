using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests;

/// <summary>
/// What proxies are given that share plans, over any changes, is exactly what each is given that is alone with the same facts.
/// </summary>
public sealed class SharedPlanTests
{
    private const int Proxies = 6;
    private const int Services = 4;
    private const int Steps = 24;

    private static readonly string[] _workloads = ["a", "b"];
    private static readonly string[] _kinds = ["MeshTimeout", "MeshRetry", "MeshTrafficPermission", "MeshHTTPRoute", "MeshCircuitBreaker", "MeshPassthrough", "MeshTLS"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Changes_OfAnyKind_GiveEachProxyWhatItIsGivenAlone(int seed)
    {
        var random = new Random(seed);
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["Mesh"] = """{"type": "Mesh", "name": "default"}""" };
        var connected = new Dictionary<string, (ProxyMetadata Metadata, long Connection)>(StringComparer.Ordinal);
        await using var mesh = new MeshFixture();
        await mesh.PutAsync(facts["Mesh"]);
        mesh.Pipeline.Start();
        for (var i = 0; i < Services; i++)
        {
            await PutAsync(mesh, facts, Service(random, i));
        }

        for (var i = 0; i < Proxies; i++)
        {
            await PutAsync(mesh, facts, Dataplane(random, i));
            Connect(mesh, connected, random, i);
        }

        for (var step = 0; step < Steps; step++)
        {
            // Some changes come together in one round, some alone.
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                await ChangeAsync(mesh, facts, connected, random);
            }

            await mesh.SettleAsync();
            if (step % 6 == 5)
            {
                await AssertAloneAsync(mesh, facts, connected, $"seed {seed}, step {step}");
            }
        }
    }

    private static async Task AssertAloneAsync(
        MeshFixture shared, Dictionary<string, string> facts, Dictionary<string, (ProxyMetadata Metadata, long Connection)> connected, string when)
    {
        foreach (var (name, (metadata, _)) in connected)
        {
            await using var alone = new MeshFixture();
            await alone.PutAsync([.. facts.Values]);
            alone.Connect(name, metadata);
            alone.Pipeline.Start();
            await alone.SettleAsync();
            Assert.True(facts.ContainsKey($"Dataplane/{name}") == (shared.Pipeline.GetConfig(new ProxyKey("default", name)) is not null), $"{when}: {name}");
            Assert.True(Versions(alone.Engine, name).SequenceEqual(Versions(shared.Engine, name)), $"{when}: {name}\n{Difference(alone, shared, name)}");
        }
    }

    /// <summary>Every resource that a proxy has, with its version.</summary>
    private static List<string> Versions(ResourceEngine engine, string proxy)
    {
        using var snapshot = engine.AcquireSnapshot(new ProxyKey("default", proxy).EngineId);
        var versions = new List<string>();
        foreach (var typeUrl in TypeUrls.MakeBeforeBreakOrder)
        {
            foreach (var (name, resource) in snapshot?[engine.Types.Register(typeUrl)] ?? Enumerable.Empty<SliceEntry>())
            {
                versions.Add($"{typeUrl} {engine.Symbols.Text(name)} {engine.Version(resource).Value:x}");
            }
        }

        versions.Sort(StringComparer.Ordinal);
        return versions;
    }

    private static string Difference(MeshFixture alone, MeshFixture shared, string proxy)
    {
        var (expected, actual) = (Versions(alone.Engine, proxy), Versions(shared.Engine, proxy));
        return string.Join('\n', expected.Except(actual).Select(line => $"missing {line}").Concat(actual.Except(expected).Select(line => $"has {line}")));
    }

    private static Task ChangeAsync(
        MeshFixture mesh, Dictionary<string, string> facts, Dictionary<string, (ProxyMetadata Metadata, long Connection)> connected, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                return PutAsync(mesh, facts, Service(random, random.Next(Services)));
            case 1:
                return DeleteAsync(mesh, facts, "MeshService", $"s-{random.Next(Services)}");
            case 2:
                return PutAsync(mesh, facts, Dataplane(random, random.Next(Proxies)));
            case 3:
                var name = Proxy(random.Next(Proxies));
                if (connected.Remove(name, out var known))
                {
                    mesh.Pipeline.Disconnect(new ProxyKey("default", name), known.Connection);
                }
                else
                {
                    return DeleteAsync(mesh, facts, "Dataplane", name);
                }

                return Task.CompletedTask;
            case 4:
                Connect(mesh, connected, random, random.Next(Proxies));
                return Task.CompletedTask;
            case 5:
                return DeleteAsync(mesh, facts, Pick(random, _kinds), $"p-{random.Next(3)}");
            default:
                return PutAsync(mesh, facts, Policy(random));
        }
    }

    private static void Connect(
        MeshFixture mesh, Dictionary<string, (ProxyMetadata Metadata, long Connection)> connected, Random random, int index)
    {
        var metadata = MeshFixture.Sidecar with
        {
            AdminPort = (uint)(9901 + random.Next(2)),
            Features = random.Next(3) == 0 ? FactList.From(["feature-bind-outbounds"]) : [],
            TransparentProxy = random.Next(3) == 0 ? new TransparentProxySettings(15006, 15001, IpFamilyMode.DualStack) : null,
            DnsPort = random.Next(2) == 0 ? 15053u : 0,
            WorkDirectory = "/tmp/kuma",
        };
        connected[Proxy(index)] = (metadata, mesh.Connect(Proxy(index), metadata));
    }

    private static async Task PutAsync(MeshFixture mesh, Dictionary<string, string> facts, string document)
    {
        var resource = MeshFixture.Read(document);
        facts[$"{resource.Kind}/{resource.Name}"] = document;
        await mesh.PutAsync(document);
    }

    private static async Task DeleteAsync(MeshFixture mesh, Dictionary<string, string> facts, string kind, string name)
    {
        if (facts.Remove($"{kind}/{name}"))
        {
            await mesh.Store.DeleteAsync(new(kind, "default", name));
        }
    }

    private static string Proxy(int index) => $"dp-{index}";

    private static string Service(Random random, int index) => $$"""
        {"type": "MeshService", "name": "s-{{index}}",
         "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "{{Pick(random, _workloads)}}"} } },
                  "ports": [{"name": "main", "port": 8080, "targetPort": 8080, "appProtocol": "{{Pick(random, ["http", "tcp"])}}"}]},
         "status": {"vips": [{"ip": "127.1.0.{{index + 1}}"}]} }
        """;

    private static string Dataplane(Random random, int index)
    {
        var tier = random.Next(3) == 0 ? ", \"tier\": \"front\"" : "";
        var side = random.Next(2) == 0 ? ", {\"port\": 9090, \"name\": \"side\", \"protocol\": \"tcp\"}" : "";
        var called = Enumerable.Range(0, Services).Where(_ => random.Next(3) > 0).Select(service => $"s-{service}").ToArray();
        return $$"""
            {"type": "Dataplane", "name": "{{Proxy(index)}}", "labels": {"kuma.io/workload": "{{Pick(random, _workloads)}}"{{tier}}},
             "networking": {"address": "10.0.0.{{index + (random.Next(2) * 100)}}",
                            "inbound": [{"port": 8080, "name": "main", "protocol": "http"}{{side}}]{{MeshFixture.Calling(called)}} } }
            """;
    }

    private static string Policy(Random random)
    {
        var kind = Pick(random, _kinds);
        var target = random.Next(7) switch
        {
            0 => """{"kind": "Mesh"}""",
            1 => """{"kind": "Dataplane"}""",
            2 => $$"""{"kind": "Dataplane", "labels": {"kuma.io/workload": "{{Pick(random, _workloads)}}"} }""",
            3 => $$"""{"kind": "Dataplane", "labels": {"kuma.io/display-name": "{{Proxy(random.Next(Proxies))}}"} }""",
            4 => """{"kind": "Dataplane", "labels": {"tier": "front"} }""",
            5 => $$"""{"kind": "Dataplane", "sectionName": "{{Pick(random, ["main", "side", "9090"])}}"}""",
            _ => $$"""{"kind": "Dataplane", "labels": {"kuma.io/workload": "{{Pick(random, _workloads)}}"}, "sectionName": "{{Pick(random, ["main", "side"])}}"}""",
        };
        var service = $$"""{"kind": "MeshService", "labels": {"kuma.io/display-name": "s-{{random.Next(Services)}}"} }""";
        var destination = random.Next(2) == 0 ? """{"kind": "Mesh"}""" : service;
        var number = random.Next(1, 4);
        var body = kind switch
        {
            "MeshTimeout" when random.Next(2) == 0 => $$"""
                "rules": [{"default": {"idleTimeout": "{{number}}s", "http": {"requestTimeout": "{{number}}s"} } }]
                """,
            "MeshTimeout" => $$"""
                "to": [{"targetRef": {{destination}}, "default": {"connectionTimeout": "{{random.Next(1, 4)}}s", "http": {"requestTimeout": "{{number}}s"} } }]
                """,
            "MeshRetry" => $$"""
                "to": [{"targetRef": {{destination}}, "default": {"http": {"numRetries": {{number}} } } }]
                """,
            "MeshCircuitBreaker" => $$"""
                "to": [{"targetRef": {{destination}}, "default": {"connectionLimits": {"maxConnections": {{number}} } } }]
                """,
            "MeshTrafficPermission" => $$"""
                "rules": [{"default": {"allow": [{"spiffeId": {"type": "Exact", "value": "spiffe://default/{{number}}"} }]} }]
                """,
            "MeshPassthrough" => $$"""
                "default": {"passthroughMode": "{{Pick(random, ["All", "None"])}}"}
                """,
            "MeshTLS" => $$"""
                "rules": [{"default": {"mode": "{{Pick(random, ["Strict", "Permissive"])}}", "tlsVersion": {"min": "TLS1{{number % 2 + 2}}"} } }]
                """,
            _ => $$"""
                "to": [{"targetRef": {{service}}, "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/{{number}}"} }],
                  "default": {"backendRefs": [{"kind": "MeshService", "labels": {"kuma.io/display-name": "s-{{random.Next(Services)}}"}, "port": 8080, "weight": {{number}} }]} }]}]
                """,
        };
        return $$"""{"type": "{{kind}}", "name": "p-{{random.Next(3)}}", "spec": {"targetRef": {{target}}, {{body}} } }""";
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> all) => all[random.Next(all.Count)];
}
