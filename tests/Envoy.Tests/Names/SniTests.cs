using Mesh.Envoy.Names;

namespace Mesh.Envoy.Tests.Names;

public sealed class SniTests
{
    [Theory]
    [InlineData("msvc", "default", "", "", "backend", "main", "sni.msvc.default.backend.main")]
    [InlineData("msvc", "default", "east", "", "backend", "main", "sni.msvc.default.east.backend.main")]
    [InlineData("extsvc", "default", "east", "ns", "backend", "8080", "sni.extsvc.default.east.ns.backend.8080")]
    public void TryBuild_ValidParts_JoinsThem(
        string shortName, string mesh, string zone, string ns, string name, string section, string expected) =>
        Assert.Equal(expected, Sni.TryBuild(shortName, mesh, zone, ns, name, section));

    [Theory]
    [InlineData("svc", "default", "backend", "main")]
    [InlineData("msvc", "", "backend", "main")]
    [InlineData("msvc", "default", "back.end", "main")]
    [InlineData("msvc", "default", "Backend", "main")]
    [InlineData("msvc", "default", "-backend", "main")]
    [InlineData("msvc", "default", "backend", "")]
    public void TryBuild_PartThatIsNoLabel_GivesNull(string shortName, string mesh, string name, string section) =>
        Assert.Null(Sni.TryBuild(shortName, mesh, "", "", name, section));

    [Fact]
    public void TryBuild_TooLong_GivesNull()
    {
        var label = new string('a', 63);

        Assert.Null(Sni.TryBuild("msvc", label, label, label, label, "main"));
        Assert.Null(Sni.TryBuild("msvc", label + "a", "", "", "b", "main"));
    }
}
