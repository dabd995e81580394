using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Insights;

/// <summary>Keeps the MeshInsights of a control plane that computes nothing else: Global's, counted over all its zones.</summary>
public sealed class MeshInsights : IAsyncDisposable
{
    private readonly ControlLoop _loop;

    /// <summary>Insights that are not kept yet.</summary>
    /// <param name="store">What is counted, and where the counts are written.</param>
    /// <param name="catalog">Kinds.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="options">Least time between two writes of one insight.</param>
    /// <param name="logger">Where faults are told.</param>
    public MeshInsights(IResourceStore store, ResourceCatalog catalog, TimeProvider clock, ZoneControlOptions options, ILogger<MeshInsights> logger)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var watched = catalog.All
            .Where(kind => kind.Scope == ResourceScope.Mesh || kind.Kind is MeshKind.Name or MeshInsightKind.Name)
            .Select(kind => kind.Kind)
            .ToHashSet(StringComparer.Ordinal);
        _loop = new ControlLoop(
            store, clock, [new MeshInsightController(store, clock, options)], options, logger, watched.Contains, answersSelectors: false);
    }

    /// <summary>Starts. Completes when every mesh that existed before has been counted once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _loop.Start();
        await _loop.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();
}
