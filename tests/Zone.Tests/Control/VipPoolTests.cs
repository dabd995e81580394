using Mesh.Model.Resources;
using Mesh.Zone.Control.Services;

namespace Mesh.Zone.Tests.Control;

public class VipPoolTests
{
    [Fact]
    public void Allocate_FreshRange_BeginsAtItsFirstAddress()
    {
        var pool = new VipPool("241.0.0.0/8");
        Assert.Equal(["241.0.0.0", "241.0.0.1", "241.0.0.2"], Take(pool, "a", "b", "c"));
        Assert.Equal(["241.0.0.1"], Take(pool, "b"));
    }

    [Fact]
    public void Allocate_AddressGivenBack_IsUsedOnlyAtTheEndOfTheRange()
    {
        var pool = new VipPool("10.0.0.0/30");
        Take(pool, "a", "b");
        pool.Release(Key("a"));
        Assert.Equal(["10.0.0.2", "10.0.0.3", "10.0.0.0"], Take(pool, "c", "d", "e"));
        Assert.False(pool.TryAllocate(Key("f"), out _));
        pool.Release(Key("c"));
        Assert.Equal(["10.0.0.2"], Take(pool, "f"));
    }

    [Theory]
    [InlineData("241.0.0.7", true)]
    [InlineData("241.0.0.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("nonsense", false)]
    [InlineData(null, false)]
    public void Hold_AddressOfEarlierLife_OnlyWhenFreeAndOfTheRange(string? address, bool expected)
    {
        var pool = new VipPool("241.0.0.0/8");
        Assert.True(pool.TryHold(Key("other"), "241.0.0.1"));
        Assert.Equal(expected, pool.TryHold(Key("a"), address));
    }

    [Fact]
    public void Allocate_AfterHeldAddresses_ContinuesBehindTheHighest()
    {
        var pool = new VipPool("fd00::/120");
        pool.TryHold(Key("old"), "fd00::10");
        Assert.Equal(["fd00::11"], Take(pool, "new"));
    }

    private static ResourceKey Key(string name) => new("MeshService", "default", name);

    private static List<string> Take(VipPool pool, params string[] names) =>
        [.. names.Select(name => pool.TryAllocate(Key(name), out var address) ? address : "none")];
}
