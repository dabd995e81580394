namespace Mesh.Sync.Applying;

/// <summary>Runs work one after the other, in the order in which it was given. Safe for concurrent use.</summary>
public sealed class OrderedWork
{
    private readonly Lock _adding = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Runs work when everything given before has ended, well or not.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_adding)
        {
            var next = AfterAsync(_last, work);
            _last = next;
            return next;
        }
    }

    /// <summary>Completes when everything given so far has ended.</summary>
    public async Task IdleAsync()
    {
        Task last;
        lock (_adding)
        {
            last = _last;
        }

        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<T> AfterAsync<T>(Task previous, Func<Task<T>> work)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return await work().ConfigureAwait(false);
    }
}
