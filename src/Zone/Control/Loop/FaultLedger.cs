using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control.Loop;

/// <summary>
/// Which items are in trouble and how long each pauses. A fault is logged when it begins, when its reason changes and when
/// it ends; a success elsewhere does not shorten its pause. Safe for concurrent use.
/// </summary>
/// <param name="logger">Where faults are told.</param>
/// <param name="firstPause">Pause after the first failure; doubles with each further one.</param>
/// <param name="longestPause">Bound of the pause.</param>
internal sealed class FaultLedger<TKey>(ILogger logger, TimeSpan firstPause, TimeSpan longestPause)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Fault> _faults = [];

    /// <summary>How many items are in trouble.</summary>
    public int Count
    {
        get
        {
            lock (_faults)
            {
                return _faults.Count;
            }
        }
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>How long to pause before the next try.</returns>
    public TimeSpan Fail(TKey key, Exception exception)
    {
        Fault fault;
        bool isNews;
        lock (_faults)
        {
            var known = _faults.TryGetValue(key, out var before);
            isNews = !known || before.Reason != exception.Message;
            fault = new Fault(exception.Message, known ? before.Failures + 1 : 1);
            _faults[key] = fault;
        }

        var pause = Pause(fault.Failures);
        if (isNews)
        {
            ControlLog.FaultBegan(logger, key.ToString()!, pause, exception);
        }

        return pause;
    }

    /// <summary>Notes a success.</summary>
    public void Succeed(TKey key)
    {
        bool ended;
        Fault fault;
        lock (_faults)
        {
            ended = _faults.Remove(key, out fault);
        }

        if (ended)
        {
            ControlLog.FaultEnded(logger, key.ToString()!, fault.Failures);
        }
    }

    private TimeSpan Pause(int failures)
    {
        var factor = Math.Pow(2, Math.Min(failures - 1, 20));
        return TimeSpan.FromTicks((long)Math.Min(longestPause.Ticks, firstPause.Ticks * factor));
    }

    private readonly record struct Fault(string Reason, int Failures);
}
