using Mesh.Server.Ads.Sockets.Tls;

namespace Mesh.Server.Tests.Tls;

public sealed class NativeHeapTests
{
    [Fact]
    public void Look_AfterABurst_TrimsOnceWhenItIsOver()
    {
        var trims = 0;
        var heap = new NativeHeap(() => trims++);
        heap.Look();
        Use(heap, NativeHeap.Burst - 1);
        heap.Look();
        heap.Look();
        Assert.Equal(0, trims);
        Use(heap, 1);
        heap.Look();
        Assert.Equal(0, trims);
        heap.Look();
        heap.Look();
        Assert.Equal(1, trims);
        Use(heap, NativeHeap.Burst);
        heap.Look();
        heap.Look();
        Assert.Equal(2, trims);
    }

    [Fact]
    public void Look_WithoutAnythingToTrim_DoesNothing()
    {
        var heap = new NativeHeap(null);
        Use(heap, NativeHeap.Burst);
        heap.Look();
        heap.Look();
    }

    private static void Use(NativeHeap heap, int times)
    {
        for (var i = 0; i < times; i++)
        {
            heap.Use();
        }
    }
}
