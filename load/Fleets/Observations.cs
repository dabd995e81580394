using System.Diagnostics;
using HdrHistogram;

namespace Mesh.Load.Fleets;

/// <summary>
/// When each virtual Envoy got and answered something since the last <see cref="Begin"/>. Each place is written by the thread
/// of its Envoy alone; they are read when the fleet is quiet.
/// </summary>
internal sealed class Observations(int envoys)
{
    private const long MaxMicroseconds = 600_000_000;

    private readonly long[] _received = new long[envoys];
    private readonly long[] _answered = new long[envoys];
    private readonly int[] _responses = new int[envoys];

    /// <summary>Responses to one Envoy.</summary>
    public int Responses(int envoy) => _responses[envoy];

    /// <summary>Forgets all.</summary>
    public void Begin()
    {
        Array.Clear(_received);
        Array.Clear(_answered);
        Array.Clear(_responses);
    }

    /// <summary>An Envoy received a response.</summary>
    public bool Received(int envoy, long now)
    {
        _received[envoy] = now;
        return _responses[envoy]++ == 0;
    }

    /// <summary>An Envoy answered a response.</summary>
    public void Answered(int envoy, long now) => _answered[envoy] = now;

    /// <summary>How many Envoys received something.</summary>
    public int CountReceived() => _received.Count(at => at > 0);

    /// <summary>Adds the times from a moment until each Envoy's last response; in microseconds.</summary>
    /// <returns>The longest of them.</returns>
    public TimeSpan AddReceived(long since, LongHistogram to) => Add(_received, since, to);

    /// <summary>Adds the times from a moment until each Envoy's last answer.</summary>
    /// <returns>The longest of them.</returns>
    public TimeSpan AddAnswered(long since, LongHistogram to) => Add(_answered, since, to);

    /// <summary>An empty histogram of microseconds.</summary>
    public static LongHistogram NewHistogram() => new(MaxMicroseconds, 3);

    private static TimeSpan Add(long[] times, long since, LongHistogram to)
    {
        var longest = TimeSpan.Zero;
        foreach (var at in times)
        {
            if (at > since)
            {
                var took = Stopwatch.GetElapsedTime(since, at);
                longest = took > longest ? took : longest;
                to.RecordValue(Math.Min((long)took.TotalMicroseconds, MaxMicroseconds));
            }
        }

        return longest;
    }
}
