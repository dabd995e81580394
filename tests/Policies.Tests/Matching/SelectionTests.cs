using Mesh.Model.Resources;
using Mesh.Policies.Matching;

namespace Mesh.Policies.Tests.Matching;

/// <summary>Which policies select a proxy.</summary>
public sealed class SelectionTests
{
    private const string Timeout = "MeshTimeout";

    [Theory]
    [InlineData("{kind: Mesh}", true)]
    [InlineData("{kind: Dataplane}", true)]
    [InlineData("{kind: Dataplane, labels: {}}", true)]
    [InlineData("{kind: Dataplane, labels: {app: web}}", true)]
    [InlineData("{kind: Dataplane, labels: {app: web, version: v1}}", false)]
    [InlineData("{kind: Dataplane, labels: {app: api}}", false)]
    [InlineData("{kind: Dataplane, labels: {kuma.io/display-name: web-1}}", true)]
    [InlineData("{kind: Dataplane, labels: {kuma.io/display-name: web-2}}", false)]
    [InlineData("{kind: Dataplane, sectionName: main}", true)]
    [InlineData("{kind: Dataplane, sectionName: \"9090\"}", true)]
    [InlineData("{kind: Dataplane, sectionName: other}", false)]
    public void Match_TargetRef_SelectsOrNot(string target, bool selected)
    {
        var matched = Match(Policy("one", target), TestWorld.Proxy());

        Assert.Equal(selected ? 1 : 0, matched.For(Timeout).Count);
    }

    [Fact]
    public void Match_SectionName_SpeaksAboutThatInboundOnly()
    {
        var matched = Match(Policy("one", "{kind: Dataplane, sectionName: main}"), TestWorld.Proxy());

        Assert.Single(matched.Inbound(Timeout, "10.0.0.1:8080").Rules);
        Assert.Empty(matched.Inbound(Timeout, "10.0.0.1:9090").Rules);
        Assert.Null(matched.CatchAll(Timeout));
    }

    [Fact]
    public void Match_ShadowPolicy_OnlyWhenAskedFor()
    {
        var policies = TestWorld.Policies(Policy("one", "{kind: Mesh}", "{kuma.io/effect: shadow}"));

        Assert.Empty(policies.Match(TestWorld.Proxy()).For(Timeout));
        Assert.Single(policies.Match(TestWorld.Proxy(), includeShadow: true).For(Timeout));
    }

    [Theory]
    [InlineData("{kuma.io/origin: zone, kuma.io/zone: east}", "{kuma.io/origin: zone, kuma.io/zone: east}", true)]
    [InlineData("{kuma.io/origin: zone, kuma.io/zone: west}", "{kuma.io/origin: zone, kuma.io/zone: east}", false)]
    [InlineData("{kuma.io/origin: zone, kuma.io/zone: west}", "{kuma.io/zone: east}", true)]
    [InlineData("{kuma.io/origin: global}", "{kuma.io/origin: zone, kuma.io/zone: east}", true)]
    [InlineData("{kuma.io/origin: zone, kuma.io/zone: west, kuma.io/policy-role: producer}", "{kuma.io/origin: zone, kuma.io/zone: east}", true)]
    [InlineData("{kuma.io/policy-role: consumer, k8s.kuma.io/namespace: a}", "{k8s.kuma.io/namespace: a}", true)]
    [InlineData("{kuma.io/policy-role: consumer, k8s.kuma.io/namespace: a}", "{k8s.kuma.io/namespace: b}", false)]
    [InlineData("{kuma.io/policy-role: workload-owner, k8s.kuma.io/namespace: a}", "{k8s.kuma.io/namespace: b}", false)]
    [InlineData("{kuma.io/policy-role: system, k8s.kuma.io/namespace: a}", "{k8s.kuma.io/namespace: b}", true)]
    public void Match_ZoneAndNamespace_KeepPoliciesAtHome(string policyLabels, string proxyLabels, bool selected)
    {
        var policy = Policy("one", "{kind: Mesh}", policyLabels);

        Assert.Equal(selected, Match(policy, TestWorld.Proxy(proxyLabels)).For(Timeout).Count == 1);
        Assert.Equal(selected, MeshPolicies.Selects(policy[0], TestWorld.Proxy(proxyLabels)));
    }

    [Fact]
    public void Match_ProxyWithoutInbounds_IsSelectedWhenItIsAGateway()
    {
        const string Gateway = "type: Dataplane\nmesh: default\nname: g\nnetworking: {address: 10.0.0.1, gateway: {tags: {kuma.io/service: g}}}";
        const string Bare = "type: Dataplane\nmesh: default\nname: g\nnetworking: {address: 10.0.0.1}";
        var policy = Policy("one", "{kind: Mesh}");

        Assert.Single(Match(policy, TestWorld.ReadOne(Gateway)).For(Timeout));
        Assert.Empty(Match(policy, TestWorld.ReadOne(Bare)).For(Timeout));
    }

    [Theory]
    [InlineData("a", "{}", "{kind: Mesh}", "b", "{}", "{kind: Mesh}", "a")]
    [InlineData("a", "{}", "{kind: Mesh}", "b", "{}", "{kind: Dataplane}", "b")]
    [InlineData("a", "{}", "{kind: Dataplane}", "b", "{}", "{kind: Dataplane, sectionName: main}", "b")]
    [InlineData("a", "{kuma.io/origin: global}", "{kind: Mesh}", "b", "{}", "{kind: Mesh}", "b")]
    [InlineData("a", "{}", "{kind: Mesh}", "b", "{kuma.io/origin: zone}", "{kind: Mesh}", "b")]
    [InlineData("a", "{kuma.io/policy-role: producer}", "{kind: Mesh}", "b", "{kuma.io/policy-role: consumer}", "{kind: Mesh}", "b")]
    [InlineData("a", "{}", "{kind: Mesh}", "b", "{kuma.io/display-name: A}", "{kind: Mesh}", "b")]
    public void Match_TwoPolicies_StrongestIsLast(
        string name1, string labels1, string target1, string name2, string labels2, string target2, string strongest)
    {
        var policies = TestWorld.Policies([.. Policy(name1, target1, labels1), .. Policy(name2, target2, labels2)]);

        Assert.Equal(strongest, policies.Match(TestWorld.Proxy()).For(Timeout)[^1].Name);
    }

    private static MatchedPolicies Match(List<Resource> policies, Resource proxy) => TestWorld.Policies(policies).Match(proxy);

    private static List<Resource> Policy(string name, string target, string labels = "{}") => TestWorld.Read(
        $$"""
        type: MeshTimeout
        mesh: default
        name: {{name}}
        labels: {{labels}}
        spec:
          targetRef: {{target}}
          rules:
            - default: {idleTimeout: 5s}
        """);
}
