using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Sync.Applying;

namespace Mesh.Zone.Sync;

/// <summary>The sync that is held back, kept in the zone's store so that a restart neither follows nor forgets it.</summary>
/// <param name="store">The zone's store.</param>
internal sealed class SyncHolds(IResourceStore store)
{
    private static readonly ResourceKey _key = new(ConfigKind.Name, "", "zone-sync-hold");
    private readonly OrderedWork _writing = new();
    private volatile SyncHold? _current;

    /// <summary>The one that is held back; null: none is.</summary>
    public SyncHold? Current => _current;

    /// <summary>Reads what was kept.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.GetAsync(_key, cancellationToken).ConfigureAwait(false);
        try
        {
            _current = stored?.SpecAs<ConfigSpec>().Config is { Length: > 0 } text ? JsonSerializer.Deserialize<SyncHold>(text) : null;
        }
        catch (JsonException)
        {
            // Written by another version: the next sync is judged anew.
            _current = null;
        }
    }

    /// <summary>Keeps one, in place of what is kept; null: nothing is held back any more.</summary>
    public Task SetAsync(SyncHold? hold, CancellationToken cancellationToken) => _writing.RunAsync(async () =>
    {
        await WriteAsync(hold, cancellationToken).ConfigureAwait(false);
        _current = hold;
        return true;
    });

    private async ValueTask WriteAsync(SyncHold? hold, CancellationToken cancellationToken)
    {
        var stored = await store.GetAsync(_key, cancellationToken).ConfigureAwait(false);
        if (hold is null)
        {
            if (stored is not null)
            {
                await store.DeleteAsync(_key, null, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        var resource = new Resource
        {
            Descriptor = ConfigKind.Resource,
            Name = _key.Name,
            Version = stored?.Version ?? 0,
            Spec = new ConfigSpec { Config = JsonSerializer.Serialize(hold) },
        };
        if (stored is null)
        {
            await store.CreateAsync(resource, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await store.UpdateAsync(resource, cancellationToken).ConfigureAwait(false);
        }
    }
}
