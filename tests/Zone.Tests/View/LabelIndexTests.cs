using Mesh.Model.Labels;
using Mesh.Zone.View;

namespace Mesh.Zone.Tests.View;

public sealed class LabelIndexTests
{
    [Fact]
    public void With_ManyValuesOfOneLabel_CostsNoMoreForTheLastThanForTheFirst()
    {
        var index = LabelIndex.Empty;
        long early = 0;
        long late = 0;
        for (var i = 0; i < 4000; i++)
        {
            var labels = LabelSet.Empty.With("kuma.io/display-name", $"service-{i}");
            var before = GC.GetAllocatedBytesForCurrentThread();
            index = index.With($"service-{i}", labels);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            early += i is >= 100 and < 200 ? allocated : 0;
            late += i >= 3900 ? allocated : 0;
        }

        // A tree grows by the logarithm.
        Assert.InRange(late, 1, early * 3);
        Assert.Equal(["service-77"], index.Select(LabelSet.Empty.With("kuma.io/display-name", "service-77")));
    }
}
