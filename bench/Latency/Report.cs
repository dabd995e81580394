using System.Globalization;
using HdrHistogram;

namespace Mesh.Latency;

/// <summary>Writes what was measured to the console.</summary>
internal static class Report
{
    /// <summary>Median, 90th percentile and worst of some times.</summary>
    /// <param name="what">What took them.</param>
    /// <param name="times">The times, each at most a minute.</param>
    public static void Times(string what, IReadOnlyCollection<TimeSpan> times)
    {
        var histogram = new LongHistogram(TimeSpan.TicksPerMinute, 3);
        foreach (var time in times)
        {
            histogram.RecordValue(time.Ticks);
        }

        double Milliseconds(double percentile) => histogram.GetValueAtPercentile(percentile) / (double)TimeSpan.TicksPerMillisecond;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-58} n {times.Count,3}   median {Milliseconds(50),8:0.0} ms   p90 {Milliseconds(90),8:0.0} ms   max {Milliseconds(100),8:0.0} ms"));
    }

    /// <summary>How busy the machine is, without which times say little.</summary>
    public static void Load()
    {
        const string File = "/proc/loadavg";
        if (System.IO.File.Exists(File))
        {
            var load = System.IO.File.ReadAllText(File).Split(' ');
            Console.WriteLine($"load of the machine {load[0]} (1 min), {load[1]} (5 min), on {Environment.ProcessorCount} cores");
        }
    }
}
