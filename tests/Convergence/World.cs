using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Protocol.Kds;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Convergence;

/// <summary>
/// Global and three zones in memory on a fake clock. After each step everything that follows by itself has happened: followers are where their stores are
/// and links are idle, so that a history has one course, whatever threads do.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ControlPlane _global;
    private readonly ControlPlane[] _zones;
    private readonly Connection?[] _connections = new Connection?[3];
    private readonly PlainModel _model = new();

    private World()
    {
        _global = new ControlPlane(null, _clock);
        _zones = [.. Enumerable.Range(0, 3).Select(i => new ControlPlane(Samples.ZoneName(i), _clock))];
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Runs a history; null: all control planes have what the model says, else what is wrong.</summary>
    public static async Task<string?> RunAsync(IEnumerable<Step> history)
    {
        await using var world = new World();
        await world._global.RestartAsync();
        for (var i = 0; i < 3; i++)
        {
            world._global.TryPut(Samples.Zone(i, enabled: true));
            await world._zones[i].RestartAsync();
        }

        foreach (var step in history)
        {
            await world.DoAsync(step);
        }

        return await world.FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await CutAsync(i);
            await _zones[i].DisposeAsync();
        }

        await _global.DisposeAsync();
    }

    private async Task DoAsync(Step step)
    {
        _model.Do(step);
        switch (step.Act)
        {
            case Act.PutOwn:
                if (_zones[step.Zone].TryPut(Samples.Own(step)))
                {
                    _model.Wrote(step);
                }

                break;
            case Act.DeleteOwn:
                _zones[step.Zone].Delete(Samples.Own(step).Key);
                break;
            case Act.Connect or Act.Cut or Act.RestartZone or Act.RestartGlobal:
                await ChangeConnectionsAsync(step);
                break;
            case Act.Deliver:
                await DeliverAsync(step.Zone, step.Value, (step.Name * 4) + step.Kind);
                break;
            case Act.Settle:
                await SettleAsync();
                break;
            case Act.Wait:
                _clock.Advance(TimeSpan.FromSeconds(step.Value));
                break;
            default:
                WriteAtGlobal(step);
                break;
        }

        await QuiesceAsync();
    }

    private void WriteAtGlobal(Step step)
    {
        switch (step.Act)
        {
            case Act.PutMesh:
                _global.TryPut(Samples.MeshOf(step));
                break;
            case Act.DeleteMesh:
                _global.Delete(Samples.MeshOf(step).Key);
                break;
            case Act.PutGiven:
                _global.TryPut(Samples.Given(step));
                break;
            case Act.DeleteGiven:
                _global.Delete(Samples.Given(step).Key);
                break;
            case Act.DeleteZone:
                _global.Delete(Samples.Zone(step.Zone, enabled: true).Key);
                break;
            default:
                _global.TryPut(Samples.Zone(step.Zone, step.Value % 2 == 0));
                break;
        }
    }

    private async Task ChangeConnectionsAsync(Step step)
    {
        switch (step.Act)
        {
            case Act.Connect when _connections[step.Zone] is null:
                await ConnectAsync(step.Zone);
                break;
            case Act.Cut:
                await CutAsync(step.Zone);
                break;
            case Act.RestartZone:
                await CutAsync(step.Zone);
                await _zones[step.Zone].RestartAsync();
                break;
            case Act.RestartGlobal:
                for (var i = 0; i < 3; i++)
                {
                    await CutAsync(i);
                }

                await _global.RestartAsync();
                break;
            default:
                break;
        }
    }

    /// <summary>The last zone speaks as Kuma does: no versions, first responses are full sets.</summary>
    private async Task ConnectAsync(int zone)
    {
        await RegisterAsync(zone);
        _connections[zone] = await Connection.OpenAsync(_global, _zones[zone], asKuma: zone == 2);
    }

    /// <summary>A zone that connects is registered where it is not.</summary>
    private async Task RegisterAsync(int zone)
    {
        if (await _global.Store.GetAsync(Samples.Zone(zone, enabled: true).Key) is null)
        {
            _global.TryPut(Samples.Zone(zone, enabled: true));
            await QuiesceAsync();
        }
    }

    private async Task CutAsync(int zone)
    {
        if (_connections[zone] is { } connection)
        {
            _connections[zone] = null;
            await connection.DisposeAsync();
        }
    }

    /// <summary>Some messages of a zone. False: there were none.</summary>
    private async Task<bool> DeliverAsync(int zone, int count, int order)
    {
        var moved = false;
        for (var i = 0; i < count && _connections[zone] is { } connection; i++)
        {
            try
            {
                var wrote = connection.Write(Now);
                if (!connection.Deliver(order + (i * (order >> 2)), Now) && !wrote)
                {
                    break;
                }

                moved = true;
            }
            catch (KdsProtocolException)
            {
                await CutAsync(zone);
                moved = true;
            }

            await QuiesceAsync();
        }

        return moved;
    }

    /// <summary>Everything that follows by itself from what happened.</summary>
    private async Task QuiesceAsync()
    {
        for (var before = -1L; before != Revisions();)
        {
            before = Revisions();
            await _global.FollowAsync();
            foreach (var zone in _zones)
            {
                await zone.FollowAsync();
            }

            for (var i = 0; i < 3; i++)
            {
                if (_connections[i] is { } connection)
                {
                    await connection.IdleAsync();
                    if (connection.MustReconnect)
                    {
                        await CutAsync(i);
                    }
                }
            }
        }
    }

    private long Revisions() => _global.Store.Revision + _zones.Sum(z => z.Store.Revision);

    private async Task SettleAsync()
    {
        for (var moved = true; moved;)
        {
            moved = false;
            for (var i = 0; i < 3; i++)
            {
                moved |= await DeliverAsync(i, 1000, order: 0);
            }
        }
    }

    private async Task<string?> FinishAsync()
    {
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                await RegisterAsync(i);
                if (_connections[i] is null)
                {
                    await ConnectAsync(i);
                }
            }

            await SettleAsync();
            if (_connections.All(c => c is { NextDeadline: KdsSender.Never }))
            {
                return Compare();
            }

            // Something was refused: it is sent again after a while.
            _clock.Advance(TimeSpan.FromMinutes(6));
            await QuiesceAsync();
        }

        return Compare() ?? "something is refused again and again although all is as it should be";
    }

    private string? Compare()
    {
        for (var i = 0; i < 3; i++)
        {
            if (_model.Reconcile(i, _zones[i].Everything()) is { } fault)
            {
                return fault;
            }
        }

        var differences = Difference("global", _model.OfGlobal(), _global.Everything());
        for (var i = 0; i < 3; i++)
        {
            differences += Difference($"zone {i}", _model.OfZone(i), _zones[i].Everything());
        }

        return differences.Length == 0 ? null : differences + string.Concat(_connections.Select(c => c?.Refusals));
    }

    private static string Difference(string where, IEnumerable<string> expected, IEnumerable<Resource> stored)
    {
        var wanted = expected.ToHashSet();
        var actual = stored.Where(r => r.Kind != ConfigKind.Name).Select(Samples.Describe).ToHashSet();
        return string.Concat(wanted.Except(actual).Select(m => $"{where} lacks {m}\n"))
            + string.Concat(actual.Except(wanted).Select(m => $"{where} has {m}\n"));
    }
}
