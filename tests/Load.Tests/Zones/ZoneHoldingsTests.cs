using Mesh.Load.Responses;
using Mesh.Load.Zones;

namespace Mesh.Load.Tests.Zones;

public sealed class ZoneHoldingsTests
{
    [Fact]
    public void Holdings_SetAndRemoved_ListWhatIsLeft()
    {
        var held = new ZoneHoldings(new NameTable());
        held.Set("a.default", "1");
        held.Set("b.default", "1");
        held.Set("a.default", "2");
        held.Remove("b.default");
        held.Remove("unknown");
        Assert.Equal([KeyValuePair.Create("a.default", "2")], held);
        Assert.Single(held);
        held.Clear();
        Assert.Empty(held);
    }
}
