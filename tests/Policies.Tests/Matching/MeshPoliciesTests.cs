using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Policies.MeshTimeout;

namespace Mesh.Policies.Tests.Matching;

/// <summary>What matched policies amount to, and how it is shared.</summary>
public sealed class MeshPoliciesTests
{
    private const string Timeout = "MeshTimeout";
    private static readonly Kri _mesh = new("m", "", "", "", "default", "");
    private static readonly Kri _backend = new("msvc", "default", "", "", "backend", "");

    private const string World =
        """
        type: Mesh
        name: default
        ---
        type: MeshService
        mesh: default
        name: backend
        labels: {team: a}
        spec: {ports: [{port: 80, name: http}, {port: 81}]}
        ---
        type: MeshService
        mesh: default
        name: other
        spec: {ports: [{port: 80}]}
        ---
        type: MeshTimeout
        mesh: default
        name: all
        spec:
          to:
            - targetRef: {kind: Mesh}
              default: {idleTimeout: 1s, connectionTimeout: 1s}
            - targetRef: {kind: MeshService, labels: {team: a}}
              default: {idleTimeout: 2s}
            - targetRef: {kind: MeshService, labels: {kuma.io/display-name: backend}, sectionName: http}
              default: {connectionTimeout: 3s}
        """;

    [Fact]
    public void To_SectionServiceAndMesh_MergeFromWideToNarrow()
    {
        var rules = TestWorld.Policies(TestWorld.Read(World)).Match(TestWorld.Proxy()).To(Timeout);

        Assert.Equal("1s 1s", Text(rules.Find(_mesh)!));
        Assert.Equal("2s 1s", Text(rules.Find(_backend)!));
        Assert.Equal("2s 3s", Text(rules.Find(_backend.WithSection("http"), _backend, _mesh)!));
    }

    [Fact]
    public void Find_SectionWithoutRule_FallsBackToServiceThenMesh()
    {
        var rules = TestWorld.Policies(TestWorld.Read(World)).Match(TestWorld.Proxy()).To(Timeout);
        var other = _backend with { Name = "other" };

        Assert.Equal("2s 1s", Text(rules.Find(_backend.WithSection("81"), _backend, _mesh)!));
        Assert.Equal("1s 1s", Text(rules.Find(other.WithSection("80"), other, _mesh)!));
    }

    [Fact]
    public void To_NumberOfANamedPort_NamesNoSection()
    {
        var resources = TestWorld.Read(World.Replace("sectionName: http", "sectionName: \"80\"", StringComparison.Ordinal));

        var rules = TestWorld.Policies(resources).Match(TestWorld.Proxy()).To(Timeout);

        Assert.False(rules.ResourceRules.ContainsKey(_backend.WithSection("80")));
    }

    [Fact]
    public void To_SelectorByNameFromANamespace_MeansThatNamespace()
    {
        var resources = TestWorld.Read(
            """
            type: MeshService
            mesh: default
            name: backend.a
            labels: {kuma.io/display-name: backend, k8s.kuma.io/namespace: a}
            spec: {ports: [{port: 80}]}
            ---
            type: MeshService
            mesh: default
            name: backend.b
            labels: {kuma.io/display-name: backend, k8s.kuma.io/namespace: b}
            spec: {ports: [{port: 80}]}
            ---
            type: MeshTimeout
            mesh: default
            name: one
            labels: {k8s.kuma.io/namespace: a}
            spec:
              to:
                - targetRef: {kind: MeshService, labels: {kuma.io/display-name: backend}}
                  default: {idleTimeout: 2s}
            """);

        var rule = Assert.Single(TestWorld.Policies(resources).Match(TestWorld.Proxy()).To(Timeout).All);

        Assert.Equal("a", rule.Target.Namespace);
    }

    [Fact]
    public void Match_ProxiesWithTheSamePolicies_ShareWhatTheyAmountTo()
    {
        var policies = TestWorld.Policies(TestWorld.Read(World));

        Assert.Same(
            policies.Match(TestWorld.Proxy("{app: web}")).To(Timeout), policies.Match(TestWorld.Proxy("{app: api}")).To(Timeout));
    }

    [Fact]
    public void Match_AnotherPolicyOfTheKindChanges_StaysTheSame()
    {
        var resources = TestWorld.Read(World);
        var index = new ListDestinationIndex("default", resources);
        var before = TestWorld.Policies(resources, index: index);
        var (web, api) = (PolicySubject.Of(TestWorld.Proxy("{app: web}")), PolicySubject.Of(TestWorld.Proxy("{app: api}")));
        Assert.Same(before.Match(web), before.Match(api));
        var match = before.Match(web);
        var rules = match.To(Timeout);

        // It comes first in the order, so that the places of the others shift.
        var after = TestWorld.Policies([.. resources, OfApi("2s")], before, index);
        Assert.Same(match, after.Match(web));
        Assert.Same(rules, after.Match(web).To(Timeout));
        Assert.NotSame(match, after.Match(api));
        Assert.Same(match, TestWorld.Policies(resources, after, index).Match(web));
    }

    [Fact]
    public void To_DestinationAppearsThatNoPolicyNames_StaysTheSame()
    {
        var resources = TestWorld.Read(World);
        var before = TestWorld.Policies(resources);
        var rules = before.Match(TestWorld.Proxy()).To(Timeout);
        List<Resource> more = [.. resources, TestWorld.ReadOne(
            """
            type: MeshService
            mesh: default
            name: other
            spec: {ports: [{port: 80}]}
            """)];
        Assert.Same(rules, TestWorld.Policies(more, before).Match(TestWorld.Proxy()).To(Timeout));
    }

    [Fact]
    public void Match_SectionsThatAPolicyTellsApart_AreNotShared()
    {
        var policies = TestWorld.Policies(TestWorld.Read(
            """
            type: MeshTimeout
            mesh: default
            name: of-admin
            spec:
              targetRef: {kind: Dataplane, sectionName: admin}
              rules: [{default: {idleTimeout: 1s}}]
            ---
            type: MeshTimeout
            mesh: default
            name: of-all
            spec:
              rules: [{default: {connectionTimeout: 1s}}]
            """));
        var proxy = TestWorld.Proxy();
        var turned = TestWorld.ReadOne(
            """
            type: Dataplane
            mesh: default
            name: web-2
            networking:
              address: 10.0.0.1
              inbound: [{port: 8080, name: admin}, {port: 9090, name: main}]
            """);
        Assert.False(policies.Match(PolicySubject.Of(proxy)).IsSameWithoutDestinations(policies.Match(PolicySubject.Of(turned))));
        foreach (var (dataplane, admin, main) in new[] { (proxy, "10.0.0.1:9090", "10.0.0.1:8080"), (turned, "10.0.0.1:8080", "10.0.0.1:9090") })
        {
            var matched = policies.Match(dataplane);
            Assert.Equal(2, matched.Inbound(Timeout, admin).Rules.Count);
            Assert.Single(matched.Inbound(Timeout, main).Rules);
        }
    }

    [Fact]
    public void IsSameWithoutDestinations_PolicyAboutDestinationsAppears_IsTrueAndAboutInboundsFalse()
    {
        var proxy = PolicySubject.Of(TestWorld.Proxy("{app: api}"));
        var resources = TestWorld.Read(World);
        var before = TestWorld.Policies(resources).Match(proxy);
        Assert.True(before.IsSameWithoutDestinations(TestWorld.Policies([.. resources, OfApi("2s")]).Match(proxy)));
        var rules = TestWorld.ReadOne(
            """
            type: MeshTimeout
            mesh: default
            name: inbound
            spec:
              rules: [{default: {idleTimeout: 1s}}]
            """);
        var withRules = TestWorld.Policies([.. resources, rules]).Match(proxy);
        Assert.False(before.IsSameWithoutDestinations(withRules));
        Assert.False(withRules.IsSameWithoutDestinations(before));
    }

    [Fact]
    public void Match_KnownProxy_AllocatesNothing()
    {
        var policies = TestWorld.Policies([.. TestWorld.Read(World), OfApi("2s")]);
        var proxy = PolicySubject.Of(TestWorld.Proxy("{app: api}"));
        var match = policies.Match(proxy);
        Assert.Same(match, policies.Match(proxy));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            policies.Match(proxy);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private static Resource OfApi(string idle) => TestWorld.ReadOne(
        $$$"""
        type: MeshTimeout
        mesh: default
        name: aaa
        spec:
          targetRef: {kind: Dataplane, labels: {app: api}}
          to:
            - targetRef: {kind: Mesh}
              default: {idleTimeout: {{{idle}}} }
        """);

    [Fact]
    public void Create_NothingChanged_KeepsWhatWasComputed()
    {
        var resources = TestWorld.Read(World);
        var index = new ListDestinationIndex("default", resources);
        var before = TestWorld.Policies(resources, index: index);
        var rules = before.Match(TestWorld.Proxy()).To(Timeout);

        var after = TestWorld.Policies(resources, before, index);

        Assert.Same(rules, after.Match(TestWorld.Proxy()).To(Timeout));
    }

    [Fact]
    public void Create_OtherKindChanged_KeepsThisKind()
    {
        var resources = TestWorld.Read(World);
        var index = new ListDestinationIndex("default", resources);
        var before = TestWorld.Policies(resources, index: index);
        var rules = before.Match(TestWorld.Proxy()).To(Timeout);
        var retry = TestWorld.Read(
            """
            type: MeshRetry
            mesh: default
            name: r
            spec: {to: [{targetRef: {kind: Mesh}, default: {tcp: {maxConnectAttempt: 2}}}]}
            """);

        var after = TestWorld.Policies([.. resources, .. retry], before, index).Match(TestWorld.Proxy());

        Assert.Same(rules, after.To(Timeout));
        Assert.NotNull(after.To("MeshRetry").Find(_mesh));
    }

    [Fact]
    public void Create_DestinationAppeared_ResolvesAgainWithEqualResultsWhereNothingElseChanged()
    {
        var resources = TestWorld.Read(World);
        var before = TestWorld.Policies(resources);
        var rules = before.Match(TestWorld.Proxy()).To(Timeout);
        var more = TestWorld.Read("type: MeshService\nmesh: default\nname: third\nlabels: {team: a}\nspec: {ports: [{port: 80}]}");

        var after = TestWorld.Policies([.. resources, .. more], before).Match(TestWorld.Proxy()).To(Timeout);

        Assert.NotNull(after.Find(_backend with { Name = "third" }));
        Assert.Equal(rules.Find(_backend), after.Find(_backend));
    }

    [Fact]
    public void Create_OnePolicyChanged_MergesOnlyWhatItConcerns()
    {
        var resources = TestWorld.Read(World);
        var before = TestWorld.Policies(resources);
        var rules = before.Match(TestWorld.Proxy()).To(Timeout);
        var more = TestWorld.Read(
            """
            type: MeshTimeout
            mesh: default
            name: about-other
            spec: {to: [{targetRef: {kind: MeshService, labels: {kuma.io/display-name: other}}, default: {idleTimeout: 9s}}]}
            """);

        var after = TestWorld.Policies([.. resources, .. more], before).Match(TestWorld.Proxy()).To(Timeout);

        Assert.Same(rules.Find(_backend), after.Find(_backend));
        Assert.Equal("9s 1s", Text(after.Find(_backend with { Name = "other" })!));
    }

    [Fact]
    public void Inbound_RulesWithMatches_AreOrderedBySpecificity()
    {
        var resources = TestWorld.Read(
            """
            type: MeshTimeout
            mesh: default
            name: one
            spec:
              rules:
                - default: {idleTimeout: 1s}
                - matches: [{spiffeID: {type: Prefix, value: "spiffe://a.b/c"}}, {spiffeID: {type: Exact, value: "spiffe://a.b/c/d"}}]
                  default: {idleTimeout: 2s}
                - matches: [{spiffeID: {type: Exact, value: "spiffe://a.b/c/d"}, sni: {type: Exact, value: x}}]
                  default: {idleTimeout: 3s}
                - matches: [{sni: {type: Exact, value: x}}]
                  default: {idleTimeout: 4s}
            """);

        var rules = TestWorld.Policies(resources).Match(TestWorld.Proxy()).Inbound(Timeout, "10.0.0.1:8080");

        Assert.Equal([2, 1, 1, 3, 0], rules.Rules.Select(rule => rule.Origin.RuleIndex));
        Assert.Equal("1s", rules.CatchAll!.As<MeshTimeoutConf>().IdleTimeout.ToString());
    }

    [Fact]
    public async Task Match_ManyThreads_AgreesAsync()
    {
        var policies = TestWorld.Policies(TestWorld.Read(World));
        var rules = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() =>
            policies.Match(TestWorld.Proxy()).To(Timeout).Find(_backend.WithSection("http")))));

        Assert.All(rules, conf => Assert.Equal("2s 3s", Text(conf!)));
    }

    private static string Text(Mesh.Policies.Merging.MergedConf conf)
    {
        var timeout = conf.As<MeshTimeoutConf>();
        return $"{timeout.IdleTimeout} {timeout.ConnectionTimeout}";
    }
}
