namespace Mesh.Zone.Lifecycle;

/// <summary>
/// How long the insight of a proxy that arrives may wait. A few in a second are written at once. Where more come, a fleet is coming back, and
/// its configuration is what everybody waits for: insights, and what is counted from them, follow. Safe for concurrent use.
/// </summary>
/// <param name="clock">Source of time.</param>
/// <param name="length">How long the others wait.</param>
internal sealed class ArrivalPause(TimeProvider clock, TimeSpan length)
{
    /// <summary>Arrivals in a second that do not wait.</summary>
    public const int AtOnce = 10;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _since;
    private int _arrived;

    /// <summary>A proxy arrives: until when its insight waits; null: it does not.</summary>
    public DateTimeOffset? Next()
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (now - _since >= _second)
            {
                (_since, _arrived) = (now, 0);
            }

            return ++_arrived <= AtOnce ? null : now + length;
        }
    }
}
