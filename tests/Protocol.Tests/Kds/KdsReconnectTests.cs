using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>What a connection costs and brings when both sides had one before.</summary>
public sealed class KdsReconnectTests
{
    private readonly KdsWorld _world = new();

    [Fact]
    public void Reconnect_NothingChanged_SendsNoResource()
    {
        for (var i = 0; i < 1000; i++)
        {
            _world.Put("MeshTimeout", $"t{i}.default", $"{i}");
        }

        using (var first = _world.Connect())
        {
            first.Settle();
        }

        using var again = _world.Connect();
        Assert.All(again.Settle(), d => Assert.Equal(0, d.Resources.Count + d.Removed.Count));
        Assert.True(again.ResponseBytes < 100, $"{again.ResponseBytes} bytes");
        Assert.Equal(1000, _world.Held.Of("MeshTimeout").Count);
    }

    [Fact]
    public void Reconnect_SomeChangedMeanwhile_SendsThoseAlone()
    {
        _world.Put("Mesh", "same");
        _world.Put("Mesh", "changed");
        _world.Put("Mesh", "gone");
        _world.Put("Mesh", "hidden");
        using (var first = _world.Connect())
        {
            first.Settle();
        }

        _world.Put("Mesh", "changed", "2");
        _world.Put("Mesh", "new");
        _world.Put("Mesh", "hidden", exceptFor: "zone-1");
        _world.Remove("Mesh", "gone");
        using var again = _world.Connect();
        var delivery = again.Settle().Single(d => d.Type == "Mesh");
        Assert.Equal(["changed", "new"], delivery.Resources.Select(r => r.Name));
        Assert.Equal(["gone", "hidden"], delivery.Removed.Order(StringComparer.Ordinal));
        Assert.Equal("changed=2 new=1 same=1", _world.Held.Text("Mesh"));
    }

    [Fact]
    public void Reconnect_AnotherProcessWithTheSameResources_SendsNothing()
    {
        _world.Put("Mesh", "a");
        using (var first = _world.Connect())
        {
            first.Settle();
        }

        var restarted = new KdsWorld();
        restarted.Put("Mesh", "a");
        using var again = new KdsLink(restarted.Feed, "zone-1", _world.Held, KdsWorld.Types);
        Assert.All(again.Settle(), d => Assert.Empty(d.Resources));
    }

    [Fact]
    public void Reconnect_AsKuma_GetsTheFullSet()
    {
        _world.Put("Mesh", "a");
        _world.Put("Mesh", "b");
        using (var first = _world.Connect(isOurs: false))
        {
            first.Settle();
        }

        _world.Remove("Mesh", "b");
        using var again = _world.Connect(isOurs: false);
        Assert.Equal("a", Assert.Single(again.Settle().Single(d => d.Type == "Mesh").Resources).Name);
        Assert.Equal("a=1", _world.Held.Text("Mesh"));
    }

    [Fact]
    public void Reconnect_WhileTheFirstSetWasOnItsWay_SendsTheRest()
    {
        for (var i = 0; i < 20; i++)
        {
            _world.Put("MeshTimeout", $"t{i:00}", new string('x', 100));
        }

        var options = new KdsOptions { ResponseBudget = 500 };
        using (var first = _world.Connect(options: options))
        {
            for (var moves = 0; moves < 5; moves++)
            {
                while (first.WriteRequest() | first.DeliverRequest())
                {
                }

                first.WriteResponse();
                first.DeliverResponse();
            }
        }

        var before = _world.Held.Of("MeshTimeout").Count;
        Assert.InRange(before, 1, 19);
        using var again = _world.Connect(options: options);
        Assert.Equal(20 - before, again.Settle().Sum(d => d.Resources.Count));
        Assert.Equal(20, _world.Held.Of("MeshTimeout").Count);
    }

    [Fact]
    public void Reports_ReachTheOwner()
    {
        _world.Put("Mesh", "a");
        using var link = _world.Connect();
        link.Settle();
        link.Error = "no room\nfor it";
        _world.Put("Mesh", "a", "2");
        link.Settle();
        Assert.Equal(
            ["Mesh subscribed", "Mesh sent 1-0", "MeshTimeout subscribed", "MeshTimeout sent 0-0", "Mesh accepted", "MeshTimeout accepted", "changed", "Mesh sent 1-0", "Mesh rejected: no room for it"],
            link.Events);
        Assert.Equal(
            [new KdsTypeStatus("Mesh", 2, 1, 1, 2, false, "no room for it"), new KdsTypeStatus("MeshTimeout", 1, 1, 0, 0, false, null)],
            link.Sender.Status());
        Assert.Equal("zone-1", link.Sender.NodeId);
    }
}
