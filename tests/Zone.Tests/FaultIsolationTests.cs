using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.MeshTrafficPermission;
using Mesh.Zone.Ingest;
using Mesh.Zone.Secrets;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Tests;

/// <summary>What cannot be built is left out and shown; the rest is delivered.</summary>
public sealed class FaultIsolationTests
{
    private static readonly ProxyKey _proxy = new("default", "a-1");

    [Fact]
    public async Task Policy_Throws_OnlyThatPartIsLeftOut()
    {
        await using var mesh = await StartAsync(new MeshFixture(new PolicyCatalog([.. PolicyCatalog.Default.InOrder, new Thrower()])));
        var status = mesh.Pipeline.FindStatus(_proxy)!;
        var fault = Assert.Single(status.Faults);
        Assert.Equal("self_inbound_dp_main", fault.Part);
        Assert.Equal("boom", fault.Message);
        Assert.Contains("system_envoy_admin", mesh.Names("a-1", "Listener"));
        Assert.Contains("kri_msvc_default_default__b_8080", mesh.Names("a-1", "Listener"));
        Assert.DoesNotContain("self_inbound_dp_main", mesh.Names("a-1", "Listener"));
    }

    [Fact]
    public async Task Metadata_WithoutReadinessPort_ConfiguresTheRest()
    {
        await using var mesh = await StartAsync(new MeshFixture(), MeshFixture.Sidecar with { ReadinessPort = 0 });
        Assert.Contains(mesh.Pipeline.FindStatus(_proxy)!.Faults, fault => fault.Part == "system_probe_readiness");
        Assert.Contains("self_inbound_dp_main", mesh.Names("a-1", "Listener"));
        Assert.DoesNotContain("system_probe_readiness", mesh.Names("a-1", "Cluster"));
    }

    [Theory]
    [InlineData("(?=lookahead)")]
    [InlineData("[unclosed")]
    [InlineData("(a)\\\\1")]
    [InlineData("a{1001}")]
    public async Task Route_RegexThatEnvoyRefuses_NeverReachesIt(string pattern)
    {
        await using var mesh = await StartAsync(new MeshFixture());
        await mesh.PutAsync($$$"""
            {"type": "MeshHTTPRoute", "name": "broken", "spec": {"to": [
              {"targetRef": {"kind": "MeshService", "labels": {"kuma.io/display-name": "b"}}, "rules": [
                {"matches": [{"path": {"type": "RegularExpression", "value": "{{{pattern}}}"}}, {"path": {"type": "Exact", "value": "/kept"}}],
                 "default": {} }]}]}}
            """);
        await mesh.SettleAsync();
        var config = mesh.Config("a-1").ToJsonString();
        Assert.DoesNotContain("safeRegex", config, StringComparison.Ordinal);
        Assert.Contains("/kept", config, StringComparison.Ordinal);
        Assert.Contains("cannot be used", Assert.Single(mesh.Pipeline.FindStatus(_proxy)!.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_BeginsAndEnds_IsLoggedOnceEach()
    {
        var log = new ListLogger();
        await using var mesh = await StartAsync(new MeshFixture(logger: log));
        await mesh.PutAsync("""
            {"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {}}}, "provider": {"type": "Bundled"}}}
            """, """
            {"type": "MeshService", "name": "b", "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "b"}}},
              "ports": [{"name": "Not_A_Label", "port": 8080, "targetPort": 8080, "appProtocol": "http"}]}, "status": {"tls": {"status": "Ready"}}}
            """);
        await mesh.SettleAsync();
        Assert.Contains(mesh.Pipeline.FindStatus(_proxy)!.Faults, fault => fault.Message.Contains("SNI", StringComparison.Ordinal));

        // The cluster is not there, so its endpoints are not either: Envoy would refuse both.
        Assert.DoesNotContain("kri_msvc_default_default__b_8080", mesh.Names("a-1", "ClusterLoadAssignment"));
        await mesh.PutAsync("""{"type": "MeshTimeout", "name": "t", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}""");
        await mesh.PutAsync(MeshFixture.Service("b"));
        await mesh.SettleAsync();
        Assert.Empty(mesh.Pipeline.FindStatus(_proxy)!.Faults);
        Assert.Equal(["FaultBegan", "FaultEnded"], log.Events);
    }

    [Fact]
    public async Task Certificate_CannotBeIssued_RestIsDelivered()
    {
        await using var mesh = await StartAsync(new MeshFixture(secrets: new RefusingSecrets()));
        await mesh.PutAsync("""
            {"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {}}}, "provider": {"type": "Bundled"}}}
            """);
        await mesh.SettleAsync();
        var fault = Assert.Single(mesh.Pipeline.FindStatus(_proxy)!.Faults);
        Assert.Equal(("kri_mid_default_default__id_", "no CA yet"), (fault.Part, fault.Message));
        Assert.Contains("self_inbound_dp_main", mesh.Names("a-1", "Listener"));
    }

    [Fact]
    public async Task Round_FailsHalfWay_NobodyIsForgotten()
    {
        var secrets = new FailingRelease();
        await using var mesh = await StartAsync(new MeshFixture(secrets: secrets));
        await mesh.PutAsync("""
            {"type": "MeshIdentity", "name": "id", "spec": {"selector": {"dataplane": {"matchLabels": {}}}, "provider": {"type": "Bundled"}}}
            """);
        var leaving = mesh.Connect("b-1");
        await mesh.SettleAsync();

        // While a round is under way, what comes is the next one's.
        secrets.Hold.Reset();
        mesh.Connect("c-1");
        await mesh.PutAsync(MeshFixture.Dataplane("c-1", "c", 3));
        await secrets.Held.Task.WaitAsync(TestContext.Current.CancellationToken);
        mesh.Connect("a-1", MeshFixture.Sidecar with { ReadinessPort = 0 });
        mesh.Pipeline.Disconnect(new ProxyKey("default", "b-1"), leaving);
        secrets.Hold.Set();
        await mesh.SettleAsync();

        Assert.True(secrets.HasFailed);
        Assert.Contains(mesh.Pipeline.FindStatus(_proxy)!.Faults, fault => fault.Part == "system_probe_readiness");
        Assert.Null(mesh.Pipeline.FindStatus(new ProxyKey("default", "b-1")));
    }

    private static async Task<MeshFixture> StartAsync(MeshFixture mesh, ProxyMetadata? metadata = null)
    {
        await mesh.PutAsync(
            """{"type": "Mesh", "name": "default"}""",
            MeshFixture.Service("b"),
            MeshFixture.Dataplane("a-1", "a", 1, MeshFixture.Calling("b")),
            MeshFixture.Dataplane("b-1", "b", 2));
        mesh.Pipeline.Start();
        mesh.Connect("a-1", metadata);
        await mesh.SettleAsync();
        return mesh;
    }

    private sealed class Thrower : Policy
    {
        // Any kind that is not in the catalogue already.
        public override ResourceDescriptor Resource { get; } = new()
        {
            Kind = "Thrower",
            Path = "throwers",
            CliName = "thrower",
            Scope = ResourceScope.Mesh,
            SingularDisplayName = "Thrower",
            PluralDisplayName = "Throwers",
            SpecType = typeof(MeshTrafficPermissionSpec),
            Policy = new PolicyTraits { Order = 5000 },
        };

        public override void Configure(InboundDraft draft, InboundRules rules) => throw new InvalidOperationException("boom");
    }

    private sealed class RefusingSecrets : IWorkloadSecrets
    {
        public event Action<ProxyKey>? Changed
        {
            add { }
            remove { }
        }

        public WorkloadCertificate? Find(ProxyKey proxy, Resource identity, Resource dataplane) => throw new WorkloadSecretException("no CA yet");

        public void Release(ProxyKey proxy)
        {
        }
    }

    private sealed class FailingRelease : IWorkloadSecrets
    {
        public event Action<ProxyKey>? Changed
        {
            add { }
            remove { }
        }

        public ManualResetEventSlim Hold { get; } = new(true);

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasFailed { get; private set; }

        public WorkloadCertificate? Find(ProxyKey proxy, Resource identity, Resource dataplane)
        {
            if (!Hold.IsSet)
            {
                Held.TrySetResult();
                Hold.Wait();
            }

            return null;
        }

        public void Release(ProxyKey proxy)
        {
            HasFailed = true;
            throw new InvalidOperationException("boom");
        }
    }

    private sealed class ListLogger : ILogger<ZonePipeline>
    {
        private readonly List<string> _events = [];

        public IReadOnlyList<string> Events
        {
            get
            {
                lock (_events)
                {
                    return [.. _events];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_events)
            {
                _events.Add(eventId.Name ?? "");
            }
        }
    }
}
