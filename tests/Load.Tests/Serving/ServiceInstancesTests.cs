using Mesh.Load.Serving;

namespace Mesh.Load.Tests.Serving;

public sealed class ServiceInstancesTests
{
    [Theory]
    [InlineData(1, "2 1 2 1")]
    [InlineData(2, "3 2 1 2 3 2")]
    [InlineData(4, "5 6 5 4 3 2 3 4")]
    public void Scale_AgainAndAgain_GoesUpByHalfAndDownToHalf(int count, string counts)
    {
        var instances = new ServiceInstances(0, count);
        var seen = counts.Split(' ').Select(_ =>
        {
            instances.Scale();
            return instances.Count;
        });
        Assert.Equal(counts, string.Join(' ', seen));
    }

    [Fact]
    public void Replace_OneAfterTheOther_GivesEachAnAddressThatNoneHad()
    {
        var instances = new ServiceInstances(258, 3);
        Assert.Equal("10.1.2.1 10.1.2.2 10.1.2.3", Addresses(instances));
        Assert.False(instances.Replace());
        Assert.Equal("11.1.2.1 10.1.2.2 10.1.2.3", Addresses(instances));
        Assert.False(instances.Replace());
        Assert.True(instances.Replace());
        Assert.Equal("11.1.2.1 11.1.2.2 11.1.2.3", Addresses(instances));
    }

    private static string Addresses(ServiceInstances instances) => string.Join(' ', Enumerable.Range(0, instances.Count).Select(instances.Address));
}
