using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Values;

namespace Mesh.Policies.Routing;

/// <summary>Durations as Envoy takes them.</summary>
public static class ProtoDurations
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The same length as a protobuf duration.</summary>
    public static Duration ToProto(this GoDuration duration)
    {
        var (seconds, nanos) = Math.DivRem(duration.Nanoseconds, NanosecondsPerSecond);
        return new Duration { Seconds = seconds, Nanos = (int)nanos };
    }
}
