using System.Net;
using Mesh.Load.Measuring;
using Mesh.Load.Responses;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>A discovery server that a run measures.</summary>
internal interface IServerUnderTest : IAsyncDisposable
{
    /// <summary>What it is called in reports.</summary>
    string Name { get; }

    /// <summary>Where Envoys connect.</summary>
    IPEndPoint Discovery { get; }

    /// <summary>Its process; null: it is not ours to watch.</summary>
    ProcessMeter? Process { get; }

    /// <summary>The encoded node of an Envoy by number.</summary>
    byte[] NodeOf(int envoy);

    /// <summary>Changes something, as a user does; returns when the server has taken the change.</summary>
    Task ChangeAsync(StepSpec change, CancellationToken cancellationToken);

    /// <summary>Changes things at a rate for a time; where it can, what changes is stamped with the moment of its change.</summary>
    Task<ChurnResult> ChurnAsync(StepSpec churn, CancellationToken cancellationToken);

    /// <summary>Kills it and starts it again with its data, at the same place; returns when it serves.</summary>
    Task RestartAsync(CancellationToken cancellationToken) => throw new ScenarioException([$"steps: {Name} cannot be started again"]);

    /// <summary>What it published last for all proxies; null: it does not tell.</summary>
    Task<PublishedContents?> PublishedAsync(CancellationToken cancellationToken) => Task.FromResult<PublishedContents?>(null);

    /// <summary>What its runtime tells; null: nothing.</summary>
    Task<RuntimeFigures?> FiguresAsync(CancellationToken cancellationToken);
}
