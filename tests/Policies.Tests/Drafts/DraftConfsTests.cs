using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Tests.Drafts;

/// <summary>What policies are told about drafts.</summary>
public sealed class DraftConfsTests
{
    private static readonly Kri _mesh = new("m", "", "", "", "default", "");
    private static readonly Kri _backend = new("msvc", "default", "", "", "backend", "http");

    [Fact]
    public void ForOutbound_PolicyThatDoesNotEditOutbounds_IsToldNothing()
    {
        var matched = TestWorld.Policies(TestWorld.Read(
            """
            type: Mesh
            name: default
            ---
            type: MeshCircuitBreaker
            mesh: default
            name: one
            spec: {to: [{targetRef: {kind: Mesh}, default: {connectionLimits: {maxConnections: 3}}}]}
            """)).Match(TestWorld.Proxy());
        Assert.True(PolicyCatalog.Default.TryGet("MeshCircuitBreaker", out var policy));

        Assert.Equal(OutboundConfs.None, DraftConfs.ForOutbound(policy, matched, _backend, _mesh, []));
        Assert.NotNull(DraftConfs.ForOutboundCluster(policy, matched, _backend, _mesh));
    }

    [Fact]
    public void Route_RuleThenRouteThenDestination_IsFound()
    {
        var destination = MergedConf.Of(new { a = 1 });
        var rule = MergedConf.Of(new { a = 2 });
        var kri = new Kri("mhttpr", "default", "", "", "r", "rule_1");
        var confs = new OutboundConfs(destination, [new(kri, rule)]);

        Assert.Same(rule, confs.Route(new RouteDraft(new(), kri)));
        Assert.Same(destination, confs.Route(new RouteDraft(new(), kri.WithSection("rule_2"))));
        Assert.Same(destination, confs.Route(new RouteDraft(new(), null)));
    }

    [Fact]
    public void Equals_SameConfs_IsTrue()
    {
        var kri = new Kri("mhttpr", "default", "", "", "r", "rule_1");
        OutboundConfs Make() => new(MergedConf.Of(new { a = 1 }), [new(kri, MergedConf.Of(new { a = 2 }))]);

        Assert.Equal(Make(), Make());
        Assert.Equal(Make().GetHashCode(), Make().GetHashCode());
    }
}
