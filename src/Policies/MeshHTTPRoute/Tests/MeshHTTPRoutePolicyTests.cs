using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshHTTPRoute.Tests;

/// <summary>Which routes MeshHTTPRoutes make: one case a file in <c>Cases</c>.</summary>
public sealed class MeshHTTPRoutePolicyTests
{
    public static TheoryData<string> Names() => RouteCases.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Routed_EqualsGolden(string name) => RouteCases.Check(new MeshHTTPRoutePolicy(), MeshHTTPRouteKind.Name, name);
}
