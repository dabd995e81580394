using System.Globalization;
using Mesh.Engine.Feeds;

namespace Mesh.Engine.Tests.Feeds;

/// <summary>A Global with 100 zones of 1,000 services each, every zone seeing the other 99,000.</summary>
public sealed class FeedScaleTests
{
    private const int Zones = 100;
    private const int Services = 1000;

    [Fact]
    public void HundredZones_OfAThousandServices_AreKeptOnceAndAReaderIsSmall()
    {
        var fixture = FeedFixture.Loaded();
        var content = new byte[400];
        for (var i = 0; i < Zones * Services; i++)
        {
            BitConverter.TryWriteBytes(content, i);
            fixture.Feed.Put(fixture.Type, Name(i), content, $"zone-{i / Services}");
        }

        Assert.Equal((Zones * Services, Zones * Services), (fixture.Engine.Counts.Resources, fixture.Engine.Counts.Names));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var readers = Enumerable.Range(0, Zones).Select(i => fixture.Open($"zone-{i}")).ToList();
        var perReader = (GC.GetAllocatedBytesForCurrentThread() - before) / Zones;
        Assert.True(perReader < 4096, $"{perReader} bytes per reader");

        Assert.Equal(99_000, CountAll(fixture, readers[7].Reader));
        fixture.Put(Name(7500), exceptFor: "zone-7");
        Assert.Equal(99, readers.Count(r => r.Wakes == 1));
        Assert.Equal(0, readers[7].Wakes);
    }

    [Fact]
    public void Reconnect_OfAPeerThatHoldsEverything_CostsABitPerResourceAndReadsNothing()
    {
        var fixture = FeedFixture.Loaded([.. Enumerable.Range(0, 20_000).Select(Name)]);
        var reader = fixture.Open("z");
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(reader.Holds(Name(i)));
        }

        Assert.Equal(0, CountAll(fixture, reader.Reader));
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"service-{i}.default");

    private static int CountAll(FeedFixture fixture, FeedReader reader)
    {
        var batch = new FeedBatch();
        var count = 0;
        var position = 0L;
        do
        {
            position = reader.Read(fixture.Type, position, long.MaxValue, 4 << 20, batch);
            count += batch.Resources.Length;
        }
        while (batch.HasMore);
        batch.Clear();
        reader.Pass(fixture.Type, position);
        return count;
    }
}
