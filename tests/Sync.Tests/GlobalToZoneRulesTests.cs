using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Sync.Rules;
using Mesh.Testing.Kds;

namespace Mesh.Sync.Tests;

public sealed class GlobalToZoneRulesTests
{
    private static readonly GlobalToZoneRules _rules = new([]);

    [Theory]
    [InlineData("envoy-admin-ca")]
    [InlineData("admin-user-token")]
    [InlineData("inter-cp-ca")]
    [InlineData("user-token-revocations")]
    [InlineData("user-token-signing-key-1")]
    public void Map_SecretOfOneControlPlane_Stays(string name) => Assert.Null(_rules.Map(SampleResources.Of("GlobalSecret") with { Name = name }));

    [Fact]
    public void Map_OtherGlobalSecret_KeepsItsName() =>
        Assert.Equal("zone-token-revocations", _rules.Map(SampleResources.Of("GlobalSecret") with { Name = "zone-token-revocations" })!.Value.Resource.Name);

    [Fact]
    public void Map_KeyOfZoneTokens_TravelsAsItsPublicHalf()
    {
        using var rsa = RSA.Create(2048);
        var secret = SampleResources.Of("GlobalSecret") with
        {
            Name = "zone-token-signing-key-3",
            Spec = new SecretSpec { Data = Encoding.UTF8.GetBytes(rsa.ExportRSAPrivateKeyPem()) },
        };
        var sent = _rules.Map(secret)!.Value.Resource;
        var pem = Encoding.UTF8.GetString(sent.SpecAs<SecretSpec>().Data!);
        Assert.Equal("zone-token-signing-public-key-3", sent.Name);
        Assert.Equal(rsa.ExportRSAPublicKeyPem() + "\n", pem);
    }

    [Fact]
    public void Map_KeyOfZoneTokensThatIsNone_Stays() =>
        Assert.Null(_rules.Map(SampleResources.Of("GlobalSecret") with { Name = "zone-token-signing-key-1", Spec = new SecretSpec { Data = [1, 2, 3] } }));

    [Fact]
    public void Map_Config_OnlyTheClusterIdTravels()
    {
        Assert.NotNull(_rules.Map(SampleResources.Of("Config")));
        Assert.Null(_rules.Map(SampleResources.Of("Config") with { Name = "zone-sync-hold" }));
    }

    [Fact]
    public void Map_SyncDisabled_Stays() => Assert.Null(_rules.Map(Labelled("MeshTimeout", (ResourceLabels.KdsSync, "disabled"))));

    [Fact]
    public void Map_GlobalsOwn_LosesItsStatusAndGoesToAll()
    {
        var sent = _rules.Map(SampleResources.Of("MeshExternalService"))!.Value;
        Assert.Null(sent.ExceptFor);
        Assert.Null(sent.Resource.Status);
        Assert.Equal("global", sent.Resource.Label(ResourceLabels.Origin));
        Assert.Equal("weather", sent.Resource.Label(ResourceLabels.DisplayName));
        Assert.StartsWith("weather-", sent.Resource.Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MeshService")]
    [InlineData("MeshZoneAddress")]
    [InlineData("MeshTrust")]
    public void Map_WrittenByAZone_GoesToTheOthersAsGlobals(string kind)
    {
        var sent = _rules.Map(OfZone(kind))!.Value;
        Assert.Equal("east", sent.ExceptFor);
        Assert.Equal("global", sent.Resource.Label(ResourceLabels.Origin));
        Assert.Equal("east", sent.Resource.Label(ResourceLabels.Zone));
    }

    [Theory]
    [InlineData("MeshIdentity")]
    [InlineData("MeshExternalService")]
    [InlineData("Dataplane")]
    [InlineData("Workload")]
    [InlineData("HostnameGenerator")]
    [InlineData("MeshTimeout")]
    public void Map_WrittenByAZoneForItself_Stays(string kind) => Assert.Null(_rules.Map(OfZone(kind)));

    [Theory]
    [InlineData("""{"to":[{"targetRef":{"kind":"MeshService","labels":{"kuma.io/display-name":"cart"}},"default":{}}]}""")]
    [InlineData("""{"to":[{"targetRef":{"kind":"MeshHTTPRoute","labels":{"kuma.io/display-name":"cart","k8s.kuma.io/namespace":"shop"}},"default":{}}]}""")]
    public void Map_ProducersPolicyOfAZone_GoesToTheOthers(string spec)
    {
        var policy = ProducersPolicy("MeshTimeout", spec);
        Assert.Equal("east", _rules.Map(policy)!.Value.ExceptFor);
        Assert.Null(_rules.Map(With(policy, ResourceLabels.PolicyRole, "consumer")));
        Assert.Null(_rules.Map(With(policy, ResourceLabels.KubernetesNamespace, "")));
        Assert.Null(_rules.Map(With(policy, ResourceLabels.Env, "universal")));
    }

    [Theory]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"Mesh"},"default":{}}]}""")]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"MeshService"},"default":{}}]}""")]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"MeshService","labels":{"kuma.io/display-name":"cart","k8s.kuma.io/namespace":"bank"}},"default":{}}]}""")]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"MeshService","labels":{"kuma.io/display-name":"cart","kuma.io/zone":"west"}},"default":{}}]}""")]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"MeshService","labels":{"kuma.io/display-name":"cart"}}},{"targetRef":{"kind":"Mesh"}}]}""")]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"MeshService","labels":{"kuma.io/display-name":"cart"}}}],"rules":[{"default":{}}]}""")]
    [InlineData("MeshTimeout", """{"to":[]}""")]
    [InlineData("MeshTimeout", """{"rules":[{"default":{}}]}""")]
    [InlineData("MeshTrafficPermission", """{"rules":[{"default":{}}]}""")]
    [InlineData("MeshProxyPatch", """{"default":{"appendModifications":[]}}""")]
    public void Map_PolicyOfAZoneThatOnlyClaimsToBeAProducers_Stays(string kind, string spec) => Assert.Null(_rules.Map(ProducersPolicy(kind, spec)));

    [Fact]
    public void Map_SkippedLabelPrefixes_AreLeftOut()
    {
        var sent = new GlobalToZoneRules(["argocd."]).Map(Labelled("MeshTimeout", ("argocd.argoproj.io/instance", "x"), ("team", "y")))!.Value.Resource;
        Assert.False(sent.Labels.ContainsKey("argocd.argoproj.io/instance"));
        Assert.Equal("y", sent.Label("team"));
    }

    private static Resource ProducersPolicy(string kind, string spec)
    {
        var policy = Labelled(
            kind,
            (ResourceLabels.Origin, "zone"),
            (ResourceLabels.Zone, "east"),
            (ResourceLabels.KubernetesNamespace, "shop"),
            (ResourceLabels.PolicyRole, "producer"));
        return policy with { Spec = JsonSerializer.Deserialize(spec, policy.Descriptor.SpecType, ModelJson.Options)! };
    }

    private static Resource With(Resource resource, string label, string value) =>
        resource with { Labels = new Dictionary<string, string>(resource.Labels) { [label] = value } };

    private static Resource OfZone(string kind) => Labelled(kind, (ResourceLabels.Origin, "zone"), (ResourceLabels.Zone, "east"));

    private static Resource Labelled(string kind, params (string Key, string Value)[] labels) =>
        SampleResources.Of(kind) with { Labels = labels.ToDictionary(l => l.Key, l => l.Value) };
}
