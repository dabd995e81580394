using Mesh.Model.Labels;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Zone.Ingest;
using Mesh.Zone.View;

namespace Mesh.Zone.Tests.View;

public sealed class MeshViewTests
{
    private readonly MeshView _empty = new("default", "default", PolicyCatalog.Default);

    [Fact]
    public void Endpoints_UnhealthyInbounds_AreLeftOut()
    {
        var view = Apply(
            _empty,
            MeshFixture.Service("a"),
            Dataplane("ready", "1", """{"port": 8080, "name": "main", "protocol": "http"}"""),
            Dataplane("not-ready", "2", """{"port": 8080, "state": "NotReady"}"""),
            Dataplane("ignored", "3", """{"port": 8080, "state": "Ignored"}"""),
            Dataplane("sick", "4", """{"port": 8080, "health": {"ready": false}}"""),
            Dataplane("other-port", "5", """{"port": 9090}""")).After;
        var endpoint = Assert.Single(view.EndpointsOf(view.FindService("MeshService", "a")!, "main").Items);
        Assert.Equal(("10.0.0.1", 8080u, "default"), (endpoint.Address, endpoint.Port, endpoint.Zone));
        Assert.Equal("http", endpoint.Labels["kuma.io/protocol"]);
    }

    [Fact]
    public void Endpoints_TargetPortByName_MeansTheInboundOfThatName()
    {
        var view = Apply(
            _empty,
            """
            {"type": "MeshService", "name": "a", "spec": {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "a"}}},
              "ports": [{"port": 80, "targetPort": "web"}]}}
            """,
            Dataplane("one", "1", """{"port": 7001, "name": "web"}, {"port": 7002, "name": "admin"}""")).After;
        var service = view.FindService("MeshService", "a")!;
        Assert.Equal(7001u, Assert.Single(view.EndpointsOf(service, "80").Items).Port);
    }

    [Fact]
    public void MultiZoneService_Members_JoinByPortName()
    {
        var view = Apply(
            _empty,
            MeshFixture.Service("a"),
            Dataplane("one", "1", """{"port": 8080}"""),
            """
            {"type": "MeshMultiZoneService", "name": "all", "spec": {"selector": {"meshService": {"matchLabels": {"kuma.io/display-name": "a"}}},
              "ports": [{"name": "main", "port": 80, "appProtocol": "http"}, {"name": "nowhere", "port": 81}]}}
            """).After;
        var all = view.FindService("MeshMultiZoneService", "all")!;
        Assert.Single(view.EndpointsOf(all, "main").Items);
        Assert.Empty(view.EndpointsOf(all, "nowhere").Items);

        var change = Apply(view, Dataplane("two", "2", """{"port": 8080}"""));
        Assert.Contains(new ResourceKey("MeshMultiZoneService", "default", "all"), change.Endpoints);
        Assert.Equal(2, change.After.EndpointsOf(all, "main").Items.Count);
        Assert.Single(view.EndpointsOf(all, "main").Items);
    }

    [Fact]
    public void Change_SameEndpointsAgain_IsNone()
    {
        var view = Apply(_empty, MeshFixture.Service("a"), Dataplane("one", "1", """{"port": 8080}""")).After;
        var change = Apply(view, Dataplane("one", "1", """{"port": 8080}"""));
        Assert.Empty(change.Endpoints);
        Assert.Empty(change.Services);
    }

    [Fact]
    public void Deletion_OfTheLastDataplane_EmptiesTheService()
    {
        var view = Apply(_empty, MeshFixture.Service("a"), Dataplane("one", "1", """{"port": 8080}""")).After;
        var batch = new ChangeBatch { Resources = { [new ResourceKey("Dataplane", "default", "one")] = null } };
        var change = view.Apply(batch);
        Assert.Single(change.Endpoints);
        Assert.Empty(change.After.EndpointsOf(change.After.FindService("MeshService", "a")!, "main").Items);
    }

    [Fact]
    public void Identity_SeveralSelect_MostLabelsThenSmallestNameWins()
    {
        var view = Apply(
            _empty,
            Identity("zz", "{}"),
            Identity("b", """{"app": "x"}"""),
            Identity("a", """{"app": "x"}"""),
            Identity("other", """{"app": "y", "k": "v"}"""),
            """{"type": "MeshIdentity", "name": "0-no-selector", "spec": {"provider": {"type": "Bundled"}}}""").After;
        Assert.Equal("a", view.FindIdentity(Labels(("app", "x"), ("k", "v")))!.Name);
        Assert.Equal("zz", view.FindIdentity(Labels(("app", "z")))!.Name);
    }

    [Fact]
    public void Service_ByLabels_OldestIsMeant()
    {
        var batch = new ChangeBatch();
        foreach (var (name, year) in new[] { ("young", 2026), ("old", 2020) })
        {
            var service = MeshFixture.Read(MeshFixture.Service(name)) with { CreationTime = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero) };
            batch.Resources[service.Key] = service with { Labels = new Dictionary<string, string> { ["team"] = "t" } };
        }

        var view = _empty.Apply(batch).After;
        Assert.Equal("old", view.FindService("MeshService", new Dictionary<string, string> { ["team"] = "t" })!.Name);
        Assert.Equal("young", view.FindService("MeshService", new Dictionary<string, string> { ["kuma.io/display-name"] = "young" })!.Name);
    }

    [Fact]
    public void Resources_ThatCannotBeRead_StopNoOther()
    {
        var broken = MeshFixture.Read(MeshFixture.Service("broken")) with { Status = "not a status" };
        var policy = MeshFixture.Read("""{"type": "MeshTimeout", "name": "t", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {}}]}}""");
        var unreadable = policy with { Name = "unreadable", Spec = new ThrowingPolicy() };
        var fine = MeshFixture.Read(MeshFixture.Service("fine"));
        var dataplane = MeshFixture.Read(Dataplane("one", "1", """{"port": 8080}"""));
        var batch = new ChangeBatch();
        foreach (var resource in new[] { broken, unreadable, fine, policy, dataplane })
        {
            batch.Resources[resource.Key] = resource;
        }

        var change = _empty.Apply(batch);
        Assert.Equal(["broken", "unreadable"], change.Faults.Select(fault => fault.Resource.Name).Order());
        Assert.NotNull(change.After.FindService("MeshService", "fine"));
        Assert.Equal(["t"], change.After.Policies.Match(dataplane).For("MeshTimeout").Select(found => found.Name));
    }

    [Fact]
    public void LabelIndex_Selectors_AgreeWithLookingAtEach()
    {
        var index = LabelIndex.Empty;
        var random = new Random(7);
        var all = new Dictionary<string, LabelSet>();
        for (var i = 0; i < 300; i++)
        {
            var name = $"r{random.Next(60)}";
            var labels = random.Next(5) == 0 ? null : Labels(("a", $"{random.Next(3)}"), ("b", $"{random.Next(3)}"), ("c", $"{random.Next(3)}"));
            index = index.With(name, labels);
            if (labels is null)
            {
                all.Remove(name);
            }
            else
            {
                all[name] = labels;
            }

            var selector = new Dictionary<string, string> { ["a"] = $"{random.Next(3)}", ["b"] = $"{random.Next(3)}" };
            Assert.Equal(all.Where(pair => pair.Value.Satisfies(selector)).Select(pair => pair.Key).Order(StringComparer.Ordinal), index.Select(selector));
        }
    }

    private static string Dataplane(string name, string last, string inbounds) => $$$"""
        {"type": "Dataplane", "name": "{{{name}}}", "labels": {"kuma.io/workload": "a"},
         "networking": {"address": "10.0.0.{{{last}}}", "inbound": [{{{inbounds}}}]} }
        """;

    private static string Identity(string name, string labels) => $$$"""
        {"type": "MeshIdentity", "name": "{{{name}}}", "spec": {"selector": {"dataplane": {"matchLabels": {{{labels}}} } }, "provider": {"type": "Bundled"} } }
        """;

    private static LabelSet Labels(params (string Key, string Value)[] pairs) => LabelSet.Of(pairs.ToDictionary(pair => pair.Key, pair => pair.Value));

    private static ViewChange Apply(MeshView view, params string[] documents)
    {
        var batch = new ChangeBatch();
        foreach (var resource in documents.Select(MeshFixture.Read))
        {
            batch.Resources[resource.Key] = resource;
        }

        return view.Apply(batch);
    }

    private sealed class ThrowingPolicy : IOutboundPolicySpec
    {
        public TargetRef? TargetRef => throw new InvalidOperationException("unreadable");

        public IReadOnlyList<IOutboundEntry>? To => [];
    }
}
