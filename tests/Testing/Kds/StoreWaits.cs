using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Xunit;

namespace Mesh.Testing.Kds;

/// <summary>Waits for what a store is to hold, woken by its changes.</summary>
public static class StoreWaits
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a resource is there and fits.</summary>
    public static async Task<Resource> UntilAsync(this IResourceStore store, ResourceKey key, Func<Resource, bool>? fits = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Resource? found = null;
        await store.WaitAsync(
            async () =>
            {
                found = await store.GetAsync(key);
                return found is not null && (fits is null || fits(found));
            },
            key.ToString());
        return found!;
    }

    /// <summary>Waits until a resource is gone.</summary>
    public static Task GoneAsync(this IResourceStore store, ResourceKey key) =>
        store.WaitAsync(async () => await store.GetAsync(key) is null, $"{key} to go");

    /// <summary>Everything of a kind.</summary>
    public static async Task<IReadOnlyList<Resource>> AllAsync(this IResourceStore store, string kind)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.ListAsync(new ResourceQuery { Kind = kind })).Items;
    }

    /// <summary>Waits for a condition, looked at after each change.</summary>
    public static async Task WaitAsync(this IResourceStore store, Func<Task<bool>> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(condition);
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            await foreach (var _ in store.WatchAsync(-1, patience.Token))
            {
                if (await condition())
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"waited in vain for {what}");
        }
    }
}
