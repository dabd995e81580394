using System.Diagnostics;
using System.Net;
using Mesh.Engine;
using Mesh.Load.Fleets;
using Mesh.Load.Scenarios;
using Mesh.Model.Kinds;

namespace Mesh.Load.Zones;

/// <summary>Many simulated zones in this process. Its operations come one after another, from one caller.</summary>
internal sealed class ZoneFleet : IDisposable
{
    private readonly IPEndPoint _global;
    private readonly ZonesSpec _spec;
    private readonly ZoneWorker[] _workers;
    private readonly ZoneConnection[] _zones;

    public ZoneFleet(IPEndPoint global, ZonesSpec spec)
    {
        (_global, _spec) = (global, spec);
        Observations = new Observations(spec.Count);
        _workers = [.. Enumerable.Range(0, Math.Min(2, spec.Count)).Select(i => new ZoneWorker(i, Observations))];
        var engine = new ResourceEngine();
        _zones = [.. Enumerable.Range(0, spec.Count).Select(i =>
        {
            var worker = _workers[i % _workers.Length];
            var resources = new ZoneResources(engine, SimulatedZone.NameOf(i), spec.Services, spec.Dataplanes);
            return new ZoneConnection(new SimulatedZone(i, resources, worker.Names), worker);
        })];
    }

    /// <summary>When each zone got what, and when Global answered it.</summary>
    public Observations Observations { get; }

    /// <summary>Number of zones.</summary>
    public int Count => _spec.Count;

    /// <summary>Zones that received something since <see cref="Begin"/>.</summary>
    public long Receivers => _workers.Sum(w => w.Receivers);

    /// <summary>Resources received.</summary>
    public long Resources => _workers.Sum(w => w.Resources);

    /// <summary>Bytes of messages received.</summary>
    public long Bytes => _workers.Sum(w => w.Bytes);

    /// <summary>Bytes of Global's own requests: first of all the versions that it holds.</summary>
    public long Asked => _workers.Sum(w => w.Asked);

    /// <summary>Refusals by Global.</summary>
    public long Rejections => _workers.Sum(w => w.Rejections);

    /// <summary>Streams that ended, not by us.</summary>
    public long Lost => _workers.Sum(w => w.Lost);

    /// <summary>Why the last stream ended.</summary>
    public string? LastLoss => _workers.Select(w => w.LastLoss).LastOrDefault(loss => loss is not null);

    /// <summary>When something last happened.</summary>
    public long LastActivity => _workers.Max(w => w.LastActivity);

    /// <summary>Connects zones.</summary>
    /// <param name="count">The first so many.</param>
    public Task ConnectAsync(int count) => OnAsync(count, zone =>
    {
        zone.Open(_global);
        return true;
    });

    /// <summary>Drops connections of zones, which keep what they have.</summary>
    public Task DisconnectAsync(int count) => OnAsync(count, zone =>
    {
        zone.Close();
        return true;
    });

    /// <summary>Zones of which Global has everything, and that have the services of all others.</summary>
    public async Task<int> CountSyncedAsync()
    {
        var others = (_spec.Count - 1) * _spec.Services;
        var synced = await OnAsync(Count, zone => zone.HasDelivered && zone.Zone.Held(MeshServiceKind.Name).Count >= others);
        return synced.Count(isSynced => isSynced);
    }

    /// <summary>Zones of which Global has asked for everything since they connected.</summary>
    public async Task<int> CountAskedAsync() => (await OnAsync(Count, zone => zone.IsAsked)).Count(isAsked => isAsked);

    /// <summary>Bytes that the connections of the first zones have received.</summary>
    public async Task<long> ReceivedBytesAsync(int count) => (await OnAsync(count, zone => zone.ReceivedBytes)).Sum();

    /// <summary>Changes something of a zone.</summary>
    public Task ChangeAsync(int zone, Action<ZoneResources> change) => _zones[zone].Worker.Reactor.InvokeAsync(() =>
    {
        change(_zones[zone].Zone.Resources);
        return true;
    });

    /// <summary>Begins to observe anew.</summary>
    public void Begin()
    {
        Observations.Begin();
        Array.ForEach(_workers, worker => worker.Begin());
    }

    /// <summary>Waits until nothing has happened for a time. False: it did not become quiet in time.</summary>
    public async Task<bool> QuietAsync(TimeSpan quiet, TimeSpan patience, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        return await Fleet.UntilAsync(() => Stopwatch.GetElapsedTime(Math.Max(LastActivity, begin)) >= quiet, patience, cancellationToken);
    }

    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private Task<T[]> OnAsync<T>(int count, Func<ZoneConnection, T> function) =>
        Task.WhenAll(_zones.Take(count).Select(zone => zone.Worker.Reactor.InvokeAsync(() => function(zone))));
}
