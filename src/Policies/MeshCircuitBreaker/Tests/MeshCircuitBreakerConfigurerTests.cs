using Mesh.Policies.Tests;

namespace Mesh.Policies.MeshCircuitBreaker.Tests;

/// <summary>What MeshCircuitBreaker makes of listeners and clusters: one case a file in <c>Cases</c>.</summary>
public sealed class MeshCircuitBreakerConfigurerTests
{
    public static TheoryData<string> Names() => PolicyCases.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Case_Configured_EqualsGolden(string name) => PolicyCases.Check(new MeshCircuitBreakerPolicy(), name);
}
