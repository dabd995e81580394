using Mesh.Load.Servers;

namespace Mesh.Load.Tests.Servers;

public sealed class PrometheusFiguresTests
{
    [Fact]
    public void Metrics_OfARuntime_AreReadByGeneration()
    {
        const string Text =
            """
            # TYPE dotnet_gc_heap_total_allocated_bytes_total counter
            dotnet_gc_heap_total_allocated_bytes_total{otel_scope_name="System.Runtime"} 12345678 1700000000000
            dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation="gen0"} 100
            dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation="gen2"} 2000
            dotnet_gc_collections_total{gc_heap_generation="gen1"} 3
            dotnet_gc_collections_total{gc_heap_generation="gen0"} 7
            dotnet_gc_collections_total_other 9
            """;
        var figures = PrometheusFigures.Read(Text);
        Assert.Equal((2100, 12345678), (figures.HeapBytes, figures.AllocatedBytes));
        Assert.Equal(2000, figures.OldestBytes);
        Assert.Equal([7, 3], figures.Collections);
    }
}
