using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Ingest;

/// <summary>
/// Follows the store and passes on what proxies' configuration is made of. Resumes where it stopped; where the store has
/// forgotten that, it reads everything anew and finds out what was deleted meanwhile.
/// </summary>
internal sealed class StoreIngest(IResourceStore store, IIngestSink sink, TimeSpan pause, TimeProvider time, ILogger logger)
{
    private readonly HashSet<ResourceKey> _known = [];
    private HashSet<ResourceKey>? _unseen;
    private long _revision = -1;

    internal async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException)
            {
                ZoneLog.WatchRestarted(logger, _revision);
                _revision = -1;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                ZoneLog.WatchBroke(logger, pause, e);
                await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>True for kinds that shape configuration.</summary>
    internal static bool IsRelevant(ResourceDescriptor descriptor) => descriptor.Policy is not null || descriptor.Kind is
        TargetKinds.Mesh or TargetKinds.Dataplane or TargetKinds.MeshService or TargetKinds.MeshMultiZoneService
        or TargetKinds.MeshExternalService or "MeshIdentity" or "MeshTrust" or "MeshZoneAddress" or "MeshOpenTelemetryBackend" or "Secret";

    private async Task WatchAsync(CancellationToken stop)
    {
        _unseen = _revision < 0 ? [.. _known] : null;
        await foreach (var change in store.WatchAsync(_revision, stop).ConfigureAwait(false))
        {
            switch (change.Kind)
            {
                case ChangeKind.Synced:
                    ForgetUnseen();
                    sink.Synced();
                    break;
                case ChangeKind.Put when IsRelevant(change.Resource!.Descriptor):
                    _known.Add(change.Key);
                    _unseen?.Remove(change.Key);
                    sink.Changed(change.Key, change.Resource);
                    break;
                case ChangeKind.Deleted when _known.Remove(change.Key):
                    _unseen?.Remove(change.Key);
                    sink.Changed(change.Key, null);
                    break;
                default:
                    break;
            }

            // While everything is being read, there is no revision to resume from.
            if (_unseen is null)
            {
                _revision = Math.Max(_revision, change.Revision);
            }
        }
    }

    private void ForgetUnseen()
    {
        foreach (var key in _unseen ?? [])
        {
            _known.Remove(key);
            sink.Changed(key, null);
        }

        _unseen = null;
    }
}
