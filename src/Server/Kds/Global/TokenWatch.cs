using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>
/// Ends streams whose token stops being good while they are open: it expires, it is revoked, its key is removed. Tokens are looked
/// at again when a secret of theirs changes, and at no other time.
/// </summary>
internal sealed class TokenWatch(IResourceStore store, ZoneAuthenticator authenticator, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    // What a timer takes at most; a token that lasts longer is looked at again then.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(40);

    private readonly ConcurrentDictionary<Entry, byte> _entries = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private int _checks;

    /// <summary>Grows with every look at all tokens. To be read before a token is authenticated, for <see cref="Watch"/>.</summary>
    public int Checks => Volatile.Read(ref _checks);

    public void Start()
    {
        var from = store.Revision;
        _watching = Task.Run(() => WatchAsync(from));
    }

    /// <summary>Watches the token of one stream until disposed.</summary>
    /// <param name="identity">Who showed it.</param>
    /// <param name="checks">What <see cref="Checks"/> was before it was found good: a look since then did not see it.</param>
    /// <param name="end">Called with the reason, once, when it is good no longer.</param>
    public IDisposable Watch(ZoneIdentity identity, int checks, Action<string> end)
    {
        if (identity is not { Token: { } token, Claims: { } claims })
        {
            return new Entry(this, "", _ => { });
        }

        var entry = new Entry(this, token, end);
        _entries.TryAdd(entry, 0);
        entry.ExpireAt(claims.Expires, clock);
        if (Checks != checks)
        {
            _ = RecheckAsync(entry);
        }

        return entry;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(long revision)
    {
        var hasMissed = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (hasMissed)
                {
                    await RecheckAsync();
                    hasMissed = false;
                }

                await foreach (var change in store.WatchAsync(revision, _stop.Token))
                {
                    if (change.Key.Kind == GlobalSecretKind.Name && change.Key.Name.StartsWith("zone-token-", StringComparison.Ordinal))
                    {
                        await RecheckAsync();
                    }

                    // Only now: should the look have failed, the change comes again.
                    revision = change.Revision;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException)
            {
                revision = store.Revision;
                hasMissed = true;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                KdsLog.TokenWatchBroke(logger, _pause, fault);
                await Task.Delay(_pause, clock, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task RecheckAsync()
    {
        Interlocked.Increment(ref _checks);
        foreach (var entry in _entries.Keys)
        {
            await RecheckAsync(entry);
        }
    }

    private async Task RecheckAsync(Entry entry)
    {
        if (await authenticator.RecheckAsync(entry.Token, _stop.Token) is { } reason)
        {
            entry.End(reason);
        }
    }

    private sealed class Entry(TokenWatch watch, string token, Action<string> end) : IDisposable
    {
        private ITimer? _timer;
        private int _ended;

        public string Token => token;

        public void ExpireAt(DateTimeOffset expires, TimeProvider clock)
        {
            _timer = clock.CreateTimer(_ => CheckExpiry(expires, clock), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            CheckExpiry(expires, clock);
        }

        public void End(string reason)
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                end(reason);
            }
        }

        public void Dispose()
        {
            Interlocked.Exchange(ref _ended, 1);
            watch._entries.TryRemove(this, out _);
            _timer?.Dispose();
        }

        private void CheckExpiry(DateTimeOffset expires, TimeProvider clock)
        {
            var left = expires - clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                End("the zone token is expired");
                return;
            }

            _timer?.Change(left < _longest ? left : _longest, Timeout.InfiniteTimeSpan);
        }
    }
}
