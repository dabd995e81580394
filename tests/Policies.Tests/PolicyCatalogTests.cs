using Mesh.Policies.Core;

namespace Mesh.Policies.Tests;

/// <summary>The policies that are found in the assembly.</summary>
public sealed class PolicyCatalogTests
{
    [Fact]
    public void InOrder_Policies_AreAscendingAndOfKnownKinds()
    {
        var kinds = MeshCatalog.Create();

        Assert.NotEmpty(PolicyCatalog.Default.InOrder);
        Assert.Equal(PolicyCatalog.Default.InOrder.Select(policy => policy.Order).Order(), PolicyCatalog.Default.InOrder.Select(policy => policy.Order));
        Assert.All(PolicyCatalog.Default.InOrder, policy => Assert.Same(kinds[policy.Kind], policy.Resource));
    }
}
