using Mesh.Protocol.Ads;
using Mesh.Server.Ads;

namespace Mesh.Server.Tests.Ads;

public class ObservedTypeCountsTests
{
    [Fact]
    public void Read_NothingCounted_TellsOfNoType() => Assert.Empty(new ObservedTypeCounts().Read());

    [Fact]
    public void Add_FromManyThreads_CountsEachOnceUnderItsType()
    {
        XdsType[] types = [XdsTypes.Endpoint, XdsTypes.Cluster, XdsTypes.Listener, XdsTypes.Endpoint];
        var counts = new ObservedTypeCounts();
        Parallel.For(0, 40_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => counts.Add(types[i % types.Length]));

        var read = counts.Read().ToDictionary(measured => Assert.IsType<string>(measured.Tags.ToArray().Single(tag => tag.Key == "type").Value), measured => measured.Value);
        Assert.Equal(new Dictionary<string, long> { ["eds"] = 20_000, ["cds"] = 10_000, ["lds"] = 10_000 }, read);
    }

    [Fact]
    public void Add_CountedBefore_AllocatesNothing()
    {
        var counts = new ObservedTypeCounts();
        counts.Add(XdsTypes.Cluster);
        counts.Add(XdsTypes.Endpoint);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            counts.Add(XdsTypes.Endpoint);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
