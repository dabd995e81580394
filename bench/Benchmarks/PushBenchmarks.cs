using BenchmarkDotNet.Attributes;
using Mesh.Check;

namespace Mesh.Benchmarks;

/// <summary>From the wake-up of a stream to its client's answer, for the scenarios whose allocations <c>bench/Check</c> gates.</summary>
[MemoryDiagnoser]
public class PushBenchmarks : IDisposable
{
    private const int Batch = 100;
    private PushScenario _scenario = null!;
    private int _round;

    /// <summary>Which scenario, by its position in <see cref="PushScenario.All"/>.</summary>
    [ParamsSource(nameof(Names))]
    public string Scenario { get; set; } = "";

    /// <summary>Names of the scenarios.</summary>
    public static IEnumerable<string> Names()
    {
        foreach (var scenario in PushScenario.All())
        {
            yield return scenario.Name;
            scenario.Dispose();
        }
    }

    /// <summary>Takes the scenario.</summary>
    [GlobalSetup]
    public void Setup() => _scenario = PushScenario.All().First(scenario => scenario.Name == Scenario);

    /// <summary>A hundred pushes with their publishing.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public long Push()
    {
        long bytes = 0;
        for (var i = 0; i < Batch; i++)
        {
            bytes += _scenario.Push(_round++);
        }

        return bytes;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _scenario?.Dispose();
        GC.SuppressFinalize(this);
    }
}
