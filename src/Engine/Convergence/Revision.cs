using System.Numerics;

namespace Mesh.Engine.Convergence;

/// <summary>
/// What one batch of changes published, and how far it has come: to how many proxies, how many of them got it, accepted or
/// rejected it, and after what time. Safe for concurrent use; counting allocates nothing.
/// </summary>
public sealed class Revision
{
    // Times to acceptance in classes of powers of two of a tenth of a millisecond: 0.1 ms to 100 days.
    private const int Classes = 36;
    private const long TicksPerClassUnit = TimeSpan.TicksPerMillisecond / 10;
    private readonly RevisionLog _log;
    private readonly long _begun;
    private readonly int[] _times = new int[Classes];
    private int _published;
    private int _received;
    private int _accepted;
    private int _rejected;
    private int _overtaken;
    private int _gone;
    private long _lastReceived;
    private long _lastSettled;

    internal Revision(RevisionLog log, string scope, IReadOnlyList<string> causes, DateTimeOffset at, long begun)
    {
        _log = log;
        _begun = begun;
        Scope = scope;
        Causes = causes;
        At = at;
    }

    /// <summary>Its number among the revisions that published something, from 1; 0: it has published nothing yet.</summary>
    public long Number { get; private set; }

    /// <summary>What it belongs to: the name of a mesh.</summary>
    public string Scope { get; }

    /// <summary>Why it was made, for people: the first few things that changed.</summary>
    public IReadOnlyList<string> Causes { get; }

    /// <summary>When the first of its changes came.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Proxies whose snapshot it changed.</summary>
    public int Published => Volatile.Read(ref _published);

    /// <summary>Of these: everything that differs for them is handed over to the network.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>Of these: the proxy accepted all of it.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>
    /// Of these: the proxy rejected something, and has accepted the rest. Revisions that were under way to it at the same time are not told apart:
    /// what it rejects of one of them counts for all.
    /// </summary>
    public int Rejected => Volatile.Read(ref _rejected);

    /// <summary>Of these: so many newer revisions came before an answer that this one is no longer told apart.</summary>
    public int Overtaken => Volatile.Read(ref _overtaken);

    /// <summary>Of these: the proxy left, or its snapshot was withdrawn, before it answered.</summary>
    public int Gone => Volatile.Read(ref _gone);

    /// <summary>Proxies that have not answered yet.</summary>
    public int Waiting => Math.Max(0, Published - Accepted - Rejected - Overtaken - Gone);

    /// <summary>Time from its beginning until the last proxy so far had got it; zero: none has.</summary>
    public TimeSpan LastReceived => TimeSpan.FromTicks(Interlocked.Read(ref _lastReceived));

    /// <summary>Time from its beginning until the last proxy so far had accepted or rejected it; zero: none has.</summary>
    public TimeSpan LastAnswered => TimeSpan.FromTicks(Interlocked.Read(ref _lastSettled));

    /// <summary>
    /// Time within which a share of the answers came, rounded up to a power of two of 0.1 ms; zero: there is none yet.
    /// </summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan AnsweredWithin(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var total = 0L;
        for (var i = 0; i < Classes; i++)
        {
            total += Volatile.Read(ref _times[i]);
        }

        var wanted = (long)Math.Ceiling(total * share);
        var seen = 0L;
        for (var i = 0; i < Classes && total > 0; i++)
        {
            seen += Volatile.Read(ref _times[i]);
            if (seen >= wanted)
            {
                var within = TicksPerClassUnit << i;
                return within < LastAnswered.Ticks ? TimeSpan.FromTicks(within) : LastAnswered;
            }
        }

        return TimeSpan.Zero;
    }

    internal void CountPublished()
    {
        if (Interlocked.Increment(ref _published) == 1)
        {
            Number = _log.Add(this);
        }
    }

    internal void CountReceived()
    {
        Interlocked.Increment(ref _received);
        var elapsed = _log.Since(_begun);
        Raise(ref _lastReceived, elapsed.Ticks);
        _log.Observer?.Received(elapsed);
    }

    internal void CountSettled(bool isRejected)
    {
        Interlocked.Increment(ref isRejected ? ref _rejected : ref _accepted);
        var elapsed = _log.Since(_begun);
        Raise(ref _lastSettled, elapsed.Ticks);
        var units = (ulong)Math.Max(0, (elapsed.Ticks + TicksPerClassUnit - 1) / TicksPerClassUnit);
        var index = units <= 1 ? 0 : BitOperations.Log2(units - 1) + 1;
        Interlocked.Increment(ref _times[Math.Min(index, Classes - 1)]);
        _log.Observer?.Answered(elapsed, isRejected);
    }

    internal void CountOvertaken() => Interlocked.Increment(ref _overtaken);

    internal void CountGone() => Interlocked.Increment(ref _gone);

    private static void Raise(ref long latest, long value)
    {
        for (var seen = Interlocked.Read(ref latest); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref latest, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
