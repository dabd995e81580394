using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTimeout.Tests;

/// <summary>What MeshTimeout makes of listeners and clusters: one case a file in <c>Cases</c>.</summary>
public sealed class MeshTimeoutConfigurerTests
{
    public static TheoryData<string> Names() => PolicyCases.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Configured_EqualsGolden(string name) => PolicyCases.Check(new MeshTimeoutPolicy(), name);
}
