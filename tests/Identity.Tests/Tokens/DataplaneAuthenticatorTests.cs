using Mesh.Identity.Tokens;

namespace Mesh.Identity.Tests.Tokens;

public sealed class DataplaneAuthenticatorTests
{
    private static readonly ProxyCredentials _proxy = new(
        "try-4", "default", "dataplane", new Dictionary<string, string> { ["kuma.io/workload"] = "try", ["app"] = "try" }, IdentityNeedsWorkload: true);

    [Fact]
    public void Refuse_BoundToNameAndWorkload_IsAccepted() => Assert.Null(Refuse(new() { Mesh = "default", Name = "try-4", Workload = "try" }));

    [Fact]
    public void Refuse_BoundToWorkloadOnly_IsAccepted() => Assert.Null(Refuse(new() { Mesh = "default", Workload = "try" }));

    [Fact]
    public void Refuse_BoundToNameOnlyWhereIdentityNeedsWorkload_IsRefused() => Assert.Equal(
        "dataplane with \"kuma.io/workload\" label \"try\" derives its identity from the workload, so it requires a workload-bound token",
        Refuse(new() { Mesh = "default", Name = "try-4" }));

    [Fact]
    public void Refuse_MeshOnlyWithoutIdentity_IsAccepted() =>
        Assert.Null(DataplaneAuthenticator.Refuse(new() { Mesh = "default" }, _proxy with { IdentityNeedsWorkload = false }));

    [Fact]
    public void Refuse_OtherName_IsRefused() =>
        Assert.Equal("proxy name from requestor: try-4 is different than in token: other", Refuse(new() { Mesh = "default", Name = "other" }));

    [Fact]
    public void Refuse_OtherMesh_IsRefused() =>
        Assert.Equal("proxy mesh from requestor: default is different than in token: prod", Refuse(new() { Mesh = "prod" }));

    [Fact]
    public void Refuse_OtherType_IsRefused() =>
        Assert.Equal("proxy type from requestor: dataplane is different than in token: egress", Refuse(new() { Mesh = "default", Type = "egress" }));

    [Fact]
    public void Refuse_OtherWorkload_IsRefused() => Assert.Equal(
        "dataplane workload \"try\" is not allowed with this token. Allowed workload in token is \"other\"",
        Refuse(new() { Mesh = "default", Workload = "other" }));

    [Fact]
    public void Refuse_TagMissing_IsRefused() => Assert.Equal(
        "dataplane has no tag \"kuma.io/service\" required by the token", Refuse(new() { Mesh = "default", Tags = Tag("kuma.io/service", "web") }));

    [Fact]
    public void Refuse_TagOfOtherValue_IsRefused() => Assert.Equal(
        "dataplane contains tag \"app\" with value \"try\" which is not allowed with this token. Allowed values in token are [\"a\" \"b\"]",
        Refuse(new() { Mesh = "default", Tags = Tag("app", "b", "a") }));

    [Fact]
    public void Refuse_TagOfAllowedValue_IsAccepted() =>
        Assert.Null(Refuse(new() { Mesh = "default", Workload = "try", Tags = Tag("app", "x", "try") }));

    [Fact]
    public void Refuse_WorkloadBoundButProxyHasNone_IsRefused() => Assert.Equal(
        "dataplane has no \"kuma.io/workload\" label required by the token",
        DataplaneAuthenticator.Refuse(new() { Mesh = "default", Workload = "try" }, _proxy with { Labels = new Dictionary<string, string>() }));

    private static string? Refuse(DataplaneToken token) => DataplaneAuthenticator.Refuse(token, _proxy);

    private static Dictionary<string, IReadOnlyList<string>> Tag(string name, params string[] values) => new() { [name] = values };
}
