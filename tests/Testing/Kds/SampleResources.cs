using System.Text.RegularExpressions;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Testing.Kds;

/// <summary>One valid resource of each kind that travels between control planes; of policies that have one the first example of their README.</summary>
public static partial class SampleResources
{
    private const string Documents = """
        type: Mesh
        name: default
        skipCreatingInitialPolicies: ['*']
        ---
        type: Dataplane
        name: backend-1
        mesh: default
        labels: {app: backend, kuma.io/workload: backend}
        networking:
          address: 10.0.0.1
          admin: {port: 9901}
          inbound:
          - {port: 8080, servicePort: 80, serviceAddress: 127.0.0.1, name: http, protocol: http, state: NotReady, health: {ready: true},
             serviceProbe: {interval: 1.500s, timeout: 0.250s, unhealthyThreshold: 4, healthyThreshold: 2, tcp: {}}}
          outbound:
          - {port: 10001, backendRef: {kind: MeshService, port: 80, labels: {kuma.io/display-name: db, kuma.io/zone: east}}}
          transparentProxying: {redirectPortInbound: 15006, redirectPortOutbound: 15001, ipFamilyMode: IPv4,
            reachableBackends: {refs: [{kind: MeshService, name: db, port: 0}]}}
          listeners:
          - {type: ZoneEgress, address: 10.0.0.1, port: 10002, name: egress}
        ---
        type: DataplaneInsight
        name: backend-1
        mesh: default
        subscriptions:
        - id: one
          controlPlaneInstanceId: cp-1
          connectTime: "2026-11-23T08:15:51.1234567Z"
          status: {lastUpdateTime: "2026-11-23T08:15:52Z", total: {responsesSent: "5", responsesAcknowledged: "4", responsesRejected: "1"}, cds: {responsesSent: "5"}}
          version: {kumaDp: {version: 3.0.0, kumaCpCompatible: true}, envoy: {version: 1.40.0, build: x/1.40.0}, dependencies: {a: "1", b: "2"}}
        mTLS: {certificateExpirationTime: "2026-11-24T08:15:51Z", certificateRegenerations: 3, issuedBackend: kri_mid_default___identity_, supportedBackends: [one, two]}
        metadata: {a: {nested: {deep: false}}, z: [1, 2.5, "three", true, null]}
        openTelemetry: {backends: [{name: otel, traces: {enabled: true, state: ready, missingFields: [endpoint]}}]}
        ---
        type: MeshService
        name: backend
        mesh: default
        spec:
          state: Available
          selector: {dataplaneLabels: {matchLabels: {app: backend}}}
          ports: [{name: http, port: 80, targetPort: 8080, appProtocol: http}, {port: 81, targetPort: admin, appProtocol: tcp}]
          identities: [{type: SpiffeID, value: "spiffe://default.zone-1.mesh.local/workload/backend"}]
        status: {vips: [{ip: 241.0.0.1}], tls: {status: Ready}, dataplaneProxies: {connected: 1, healthy: 1, total: 2}}
        ---
        type: MeshMultiZoneService
        name: everywhere
        mesh: default
        spec: {selector: {meshService: {matchLabels: {kuma.io/display-name: backend}}}, ports: [{name: http, port: 80, appProtocol: http}]}
        ---
        type: MeshExternalService
        name: weather
        mesh: default
        spec:
          match: {type: HostnameGenerator, port: 443, protocol: tcp}
          endpoints: [{address: api.example.com, port: 443}]
        status: {vip: {ip: 242.0.0.1}}
        ---
        type: MeshIdentity
        name: identity
        mesh: default
        spec:
          selector: {dataplane: {matchLabels: {}}}
          spiffeID: {trustDomain: "{{ .Mesh }}.{{ .Zone }}.mesh.local", path: "/workload/{{ .Workload }}"}
          provider: {type: Bundled, bundled: {meshTrustCreation: Enabled, insecureAllowSelfSigned: true, autogenerate: {enabled: true}}}
        ---
        type: MeshTrust
        name: identity
        mesh: default
        spec:
          trustDomain: default.zone-1.mesh.local
          caBundles:
          - type: Pem
            pem:
              value: |
                -----BEGIN CERTIFICATE-----
                MIIBdjCCARugAwIBAgIUAUNvsttSfv8Av4bCnQjYVCLLICEwCgYIKoZIzj0EAwIw
                DzENMAsGA1UECgwES3VtYTAgFw0yNjExMjgwMjU4MTlaGA8yMTI2MTEwNDAyNTgx
                OVowDzENMAsGA1UECgwES3VtYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABC/8
                R+KqdfgNGbeN622FUfv1eiqVh2Gl08qzL6Zr27rH5I83MvdvywlR6X9pXbKqRz9J
                vqC37QGbqmG422U3wR+jUzBRMB0GA1UdDgQWBBQxRkq+9UpAvpIQfN30sb05sNHg
                /TAfBgNVHSMEGDAWgBQxRkq+9UpAvpIQfN30sb05sNHg/TAPBgNVHRMBAf8EBTAD
                AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCy4hE2fSGa5unLzgaNnakg7HRKtQEjJxYw
                rpRTkoBXaAIhAK19m+dz8Yv7L7I4G1ZhbD/DU/JLW+obKbaf9nlkoYCO
                -----END CERTIFICATE-----
        status: {origin: {kri: kri_mid_default___identity_}}
        ---
        type: MeshZoneAddress
        name: ingress
        mesh: default
        spec: {address: 203.0.113.7, port: 10001}
        ---
        type: Workload
        name: backend
        mesh: default
        spec: {}
        status: {dataplaneProxies: {connected: 1, healthy: 1, total: 1}}
        ---
        type: MeshOpenTelemetryBackend
        name: otel
        mesh: default
        spec: {endpoint: {address: otel.example.com, port: 4317}, protocol: grpc}
        ---
        type: HostnameGenerator
        name: local
        spec: {selector: {meshService: {matchLabels: {kuma.io/origin: zone}}}, template: "{{ .DisplayName }}.svc.mesh.local"}
        ---
        type: ServiceInsight
        name: all-services
        mesh: default
        ---
        type: Secret
        name: api-key
        mesh: default
        data: c2VjcmV0
        ---
        type: GlobalSecret
        name: shared
        data: c2hhcmVk
        ---
        type: Config
        name: kuma-cluster-id
        config: 0d7a6a62-6a0a-4f2d-9c0a-2f5d7a1c3b4e
        ---
        type: MeshAccessLog
        name: logs
        mesh: default
        spec: {to: [{targetRef: {kind: Mesh}, default: {backends: [{type: File, file: {path: /dev/stdout}}]}}]}
        ---
        type: MeshMetric
        name: metrics
        mesh: default
        spec: {default: {backends: [{type: Prometheus, prometheus: {port: 5670, path: /metrics}}]}}
        ---
        type: MeshTrace
        name: traces
        mesh: default
        spec: {default: {backends: [{type: Zipkin, zipkin: {url: "http://zipkin.example.com:9411/api/v2/spans"}}], sampling: {random: "12.5"}}}
        ---
        type: MeshFaultInjection
        name: faults
        mesh: default
        spec: {rules: [{default: {http: [{delay: {value: 100ms, percentage: 5}}]}}]}
        ---
        type: MeshPassthrough
        name: passthrough
        mesh: default
        spec: {default: {passthroughMode: All}}
        ---
        type: MeshProxyPatch
        name: patch
        mesh: default
        spec: {default: {appendModifications: [{httpFilter: {operation: Remove, match: {name: envoy.filters.http.rbac}}}]}}
        ---
        type: MeshLoadBalancingStrategy
        name: balancing
        mesh: default
        spec: {to: [{targetRef: {kind: Mesh}, default: {loadBalancer: {type: RoundRobin}}}]}
        ---
        type: MeshHealthCheck
        name: health
        mesh: default
        spec: {to: [{targetRef: {kind: Mesh}, default: {interval: 6s, timeout: 1s, tcp: {}}}]}
        """;

    private static readonly Lazy<Dictionary<string, Resource>> _all = new(ReadAll);

    /// <summary>The sample of a kind.</summary>
    public static Resource Of(string kind) => _all.Value[kind];

    private static Dictionary<string, Resource> ReadAll()
    {
        var catalog = MeshCatalog.Create();
        var samples = ResourceYaml.ParseAll(Documents, catalog, keepStatus: true)
            .Select(parsed => parsed.Resource ?? throw new InvalidOperationException(
                $"{parsed.Error} {string.Join("; ", parsed.Violations)}"))
            .ToDictionary(resource => resource.Kind, StringComparer.Ordinal);
        foreach (var policy in catalog.All.Where(kind => kind.Policy is not null && !samples.ContainsKey(kind.Kind)))
        {
            samples[policy.Kind] = FirstExample(policy, catalog);
        }

        return samples;
    }

    private static Resource FirstExample(ResourceDescriptor policy, ResourceCatalog catalog)
    {
        var readme = File.ReadAllText(Path.Combine(SharedFolder.RepositoryRoot, "src", "Policies", policy.Kind, "README.md"));
        return YamlBlock().Matches(readme)
            .SelectMany(block => ResourceYaml.ParseAll(block.Groups[1].Value, catalog))
            .Select(parsed => parsed.Resource)
            .First(resource => resource?.Kind == policy.Kind)!;
    }

    [GeneratedRegex("```yaml\\n(.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex YamlBlock();
}
