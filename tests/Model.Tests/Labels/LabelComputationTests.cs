using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Validation;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Labels;

public sealed class LabelComputationTests
{
    private static readonly LabelContext _zone = new() { Zone = "zone-1" };

    private static Resource Of(string kind, object spec, params (string Key, string Value)[] labels) => new()
    {
        Descriptor = MeshCatalog.Create()[kind],
        Name = "a",
        Mesh = MeshCatalog.Create()[kind].Scope == ResourceScope.Mesh ? "default" : "",
        Spec = spec,
        Labels = labels.ToDictionary(l => l.Key, l => l.Value),
    };

    private static string Text(IReadOnlyDictionary<string, string> labels) =>
        string.Join(' ', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static string[] Faults(Resource resource, LabelContext context)
    {
        var violations = new ViolationList();
        LabelComputation.Check(resource, context, violations);
        return [.. violations.Select(v => $"{v.Field}: {v.Message}")];
    }

    [Fact]
    public void Compute_ServiceOfZone_SaysWhereItIsFrom() => Assert.Equal(
        "kuma.io/display-name=a kuma.io/env=universal kuma.io/mesh=default kuma.io/origin=zone kuma.io/zone=zone-1 team=x",
        Text(LabelComputation.Compute(Of("MeshService", new MeshServiceSpec(), ("team", "x")), _zone)));

    [Fact]
    public void Compute_KindsThatZonesDoNotWrite_HaveNoZone()
    {
        Assert.Equal(
            "kuma.io/display-name=a kuma.io/mesh=default kuma.io/origin=zone",
            Text(LabelComputation.Compute(Of("MeshMultiZoneService", new MeshMultiZoneServiceSpec()), _zone)));
        Assert.Equal("kuma.io/display-name=a kuma.io/origin=zone", Text(LabelComputation.Compute(Of("Mesh", new MeshSpec()), _zone)));
    }

    [Fact]
    public void Compute_SecretsOfZone_AreTheZones() => Assert.Equal(
        "kuma.io/display-name=a kuma.io/env=universal kuma.io/origin=zone kuma.io/zone=zone-1",
        Text(LabelComputation.Compute(Of("GlobalSecret", new SecretSpec()), _zone)));

    [Fact]
    public void Compute_OriginAndDisplayName_AreOverwrittenAndEnvIsKept()
    {
        var labels = LabelComputation.Compute(
            Of("MeshService", new MeshServiceSpec(), ("kuma.io/origin", "global"), ("kuma.io/display-name", "x"), ("kuma.io/env", "kubernetes"), ("kuma.io/managed-by", "me")),
            _zone);
        Assert.Equal(
            "kuma.io/display-name=a kuma.io/env=kubernetes kuma.io/managed-by=me kuma.io/mesh=default kuma.io/origin=zone kuma.io/zone=zone-1",
            Text(labels));
    }

    [Fact]
    public void Compute_InGlobal_HasNoZone() => Assert.Equal(
        "kuma.io/display-name=a kuma.io/mesh=default kuma.io/origin=global",
        Text(LabelComputation.Compute(Of("MeshExternalService", new MeshExternalServiceSpec()), new LabelContext { IsGlobal = true, Zone = "" })));

    [Fact]
    public void Compute_Twice_IsTheSame()
    {
        var resource = Of("MeshService", new MeshServiceSpec(), ("team", "x"));
        var once = LabelComputation.Compute(resource, _zone);
        Assert.Equal(Text(once), Text(LabelComputation.Compute(resource with { Labels = once }, _zone)));
        Assert.Empty(Faults(resource with { Labels = once }, _zone));
    }

    [Fact]
    public void Check_LabelsThatContradict_AreAllReported() => Assert.Equal(
        [
            "labels[\"kuma.io/origin\"]: unknown resource origin \"nope\"",
            "labels[\"kuma.io/policy-role\"]: kuma.io/policy-role label should have system value, got producer",
            "labels[\"kuma.io/zone\"]: kuma.io/zone label should have zone-1 value",
            "labels[\"kuma.io/mesh\"]: kuma.io/mesh label must not differ from mesh set on resource",
        ],
        Faults(
            Of("MeshTimeout", new object(), ("kuma.io/origin", "nope"), ("kuma.io/zone", "b"), ("kuma.io/mesh", "b"), ("kuma.io/policy-role", "producer")),
            _zone));

    [Fact]
    public void Check_FederatedZone_DemandsTheOrigin()
    {
        var federated = _zone with { IsFederated = true };
        Assert.Equal(["labels[\"kuma.io/origin\"]: the origin label must be set to 'zone'"], Faults(Of("MeshTimeout", new object()), federated));
        Assert.Empty(Faults(Of("MeshTimeout", new object()), federated with { RequiresOrigin = false }));
        Assert.Empty(Faults(Of("Dataplane", new DataplaneSpec()), federated));
    }
}
