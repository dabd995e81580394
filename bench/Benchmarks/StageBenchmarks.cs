using BenchmarkDotNet.Attributes;
using Mesh.Check;

namespace Mesh.Benchmarks;

/// <summary>
/// The stages of a push on this side of the transport, one by one: what precedes and follows the measured one is done around it, for many
/// streams at once, so that it can be.
/// </summary>
[MemoryDiagnoser]
public class StageBenchmarks : IDisposable
{
    // So many that what the measuring itself allocates, some kilobytes per round, is nothing to each.
    private const int Streams = 10_000;
    private const int WarmUp = 5;
    private PushScenario _scenario = null!;
    private int _round;

    /// <summary>Of the two protocols, which.</summary>
    [Params(true, false)]
    public bool IsDelta { get; set; }

    /// <summary>Opens the streams and brings them where they are in their steady state.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _scenario = PushScenario.OneEndpoint(IsDelta, streams: Streams);
        for (var i = 0; i < WarmUp; i++)
        {
            _scenario.Push(_round++);
        }
    }

    /// <summary>A change is published: the cell of the proxy has another snapshot, and who serves it is woken.</summary>
    [Benchmark(OperationsPerInvoke = Streams)]
    public void Publish() => _scenario.Publish(_round++);

    /// <summary>The newest snapshot is compared with what the client has, and what differs is written.</summary>
    [Benchmark(OperationsPerInvoke = Streams)]
    public int Write() => _scenario.Write();

    /// <summary>The client's acceptance is parsed, and what it has is known.</summary>
    [Benchmark(OperationsPerInvoke = Streams)]
    public void Receive() => _scenario.Accept();

    /// <summary>All streams are at rest before a change.</summary>
    [IterationSetup(Target = nameof(Publish))]
    public void BeforePublish() => Rest();

    /// <summary>A change is there for all of them.</summary>
    [IterationSetup(Target = nameof(Write))]
    public void BeforeWrite()
    {
        Rest();
        _scenario.Publish(_round++);
    }

    /// <summary>All have written it.</summary>
    [IterationSetup(Target = nameof(Receive))]
    public void BeforeReceive()
    {
        BeforeWrite();
        _scenario.Write();
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _scenario?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes the rest of the last round: what was published is written, what was written is accepted.</summary>
    private void Rest()
    {
        _scenario.Accept();
        while (_scenario.Write() > 0)
        {
            _scenario.Accept();
        }
    }
}
