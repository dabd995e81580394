using BenchmarkDotNet.Attributes;
using Mesh.Check;

namespace Mesh.Benchmarks;

/// <summary>Scenario B7: what one change among many clusters and load assignments costs to find and to build.</summary>
[MemoryDiagnoser]
public class SliceBenchmarks : IDisposable
{
    private SliceScenario _scenario = null!;
    private int _round;

    /// <summary>Clusters, and as many load assignments.</summary>
    [Params(1_000, 10_000, 100_000)]
    public int Resources { get; set; }

    /// <summary>Builds the views.</summary>
    [GlobalSetup]
    public void Setup() => _scenario = new SliceScenario(Resources);

    /// <summary>One load assignment changed.</summary>
    [Benchmark]
    public int DiffEndpoint() => _scenario.DiffEndpoint();

    /// <summary>One cluster changed, and with it the version of its load assignment.</summary>
    [Benchmark]
    public int DiffClusterAndEndpoint() => _scenario.DiffCluster();

    /// <summary>Nothing changed.</summary>
    [Benchmark]
    public int DiffNothing() => _scenario.DiffNothing();

    /// <summary>The next snapshot from the one before, with another load assignment, and the release of the one before that.</summary>
    [Benchmark]
    public int BuildNext() => _scenario.BuildNext(_round++);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _scenario?.Dispose();
        GC.SuppressFinalize(this);
    }
}
