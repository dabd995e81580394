using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTrafficPermission.Tests;

/// <summary>What MeshTrafficPermission makes of listeners and clusters: one case a file in <c>Cases</c>.</summary>
public sealed class MeshTrafficPermissionConfigurerTests
{
    public static TheoryData<string> Names() => PolicyCases.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Configured_EqualsGolden(string name) => PolicyCases.Check(new MeshTrafficPermissionPolicy(), name);
}
