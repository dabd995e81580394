using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTLS.Tests;

/// <summary>What MeshTLS makes of listeners and clusters: one case a file in <c>Cases</c>.</summary>
public sealed class MeshTLSConfigurerTests
{
    public static TheoryData<string> Names() => PolicyCases.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Configured_EqualsGolden(string name) => PolicyCases.Check(new MeshTLSPolicy(), name);
}
