using Mesh.Load.Scenarios;
using Mesh.Load.Serving;

namespace Mesh.Load.Tests.Serving;

public sealed class ChurnCursorTests
{
    private readonly SyntheticMesh _mesh = new(services: 3, endpoints: 4);

    [Fact]
    public void Scale_MoreChangesThanServices_ChangesEachOnceAndGoesOnWithTheNext()
    {
        var cursor = new ChurnCursor(_mesh);
        Assert.Equal([0, 1, 2], cursor.Advance(ChurnModel.Scale, 4));
        Assert.Equal((6, 5, 5), (_mesh.Instances(0).Count, _mesh.Instances(1).Count, _mesh.Instances(2).Count));
        Assert.Equal([1], cursor.Advance(ChurnModel.Scale, 1));
    }

    [Fact]
    public void Redeploy_StaysWithAServiceUntilAllOfItIsReplaced()
    {
        var cursor = new ChurnCursor(_mesh);
        Assert.Equal([0], cursor.Advance(ChurnModel.Redeploy, 3));
        Assert.Equal([0, 1], cursor.Advance(ChurnModel.Redeploy, 2));
        Assert.Equal(("11.0.0.4", "11.0.1.1", "10.0.1.2"), (_mesh.Instances(0).Address(3), _mesh.Instances(1).Address(0), _mesh.Instances(1).Address(1)));
    }

    [Fact]
    public void Endpoints_Change_AndTheirInstancesStay()
    {
        Assert.Equal([0, 1], new ChurnCursor(_mesh).Advance(ChurnModel.Endpoints, 2));
        Assert.Equal((4, "10.0.0.1"), (_mesh.Instances(0).Count, _mesh.Instances(0).Address(0)));
    }
}
