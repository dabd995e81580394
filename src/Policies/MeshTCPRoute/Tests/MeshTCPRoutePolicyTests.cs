using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshTCPRoute.Tests;

/// <summary>Where MeshTCPRoutes send connections: one case a file in <c>Cases</c>.</summary>
public sealed class MeshTCPRoutePolicyTests
{
    public static TheoryData<string> Names() => RouteCases.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Routed_EqualsGolden(string name) => RouteCases.Check(new MeshTCPRoutePolicy(), MeshTCPRouteKind.Name, name);
}
