using System.Diagnostics;
using System.Globalization;
using HdrHistogram;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Durability;

/// <summary>B16: writers that each wait for their write to be acknowledged before the next.</summary>
internal static class WriteRate
{
    private const int FloorWrites = 500;
    private const int FloorBytes = 4096;

    public static async Task MeasureAsync(int writers, TimeSpan duration, string? folder)
    {
        folder = Path.Combine(folder ?? Path.GetTempPath(), $"mesh-durability-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            var floor = Floor(Path.Combine(folder, "floor"));
            await using var store = await StoredServices.OpenAsync(Path.Combine(folder, "store"));
            await store.CreateAsync(StoredServices.Mesh());
            var next = -1;
            var begin = Stopwatch.GetTimestamp();
            var all = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync)));
            var elapsed = Stopwatch.GetElapsedTime(begin);
            var times = NewHistogram();
            foreach (var one in all)
            {
                times.Add(one);
            }

            Print($"one write of {FloorBytes} bytes and its flush, no store", floor, null);
            Print($"{writers} writers, embedded store", times, times.TotalCount / elapsed.TotalSeconds);

            async Task<HistogramBase> WriteAsync()
            {
                var histogram = NewHistogram();
                while (Stopwatch.GetElapsedTime(begin) < duration)
                {
                    var resource = StoredServices.New(Interlocked.Increment(ref next));
                    var asked = Stopwatch.GetTimestamp();
                    await store.CreateAsync(resource);
                    histogram.RecordValue(Stopwatch.GetElapsedTime(asked).Ticks);
                }

                return histogram;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LongHistogram Floor(string path)
    {
        var histogram = NewHistogram();
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var block = new byte[FloorBytes];
        for (var i = 0; i < FloorWrites; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, (long)i * FloorBytes);
            RandomAccess.FlushToDisk(file);
            histogram.RecordValue(Stopwatch.GetElapsedTime(asked).Ticks);
        }

        return histogram;
    }

    private static LongHistogram NewHistogram() => new(TimeSpan.TicksPerMinute, 3);

    private static void Print(string what, HistogramBase times, double? perSecond)
    {
        double Milliseconds(double percentile) => times.GetValueAtPercentile(percentile) / (double)TimeSpan.TicksPerMillisecond;
        var rate = perSecond is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number,8:0}/s   ") : "             ";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-52} {rate}p50 {Milliseconds(50),7:0.00} ms   p99 {Milliseconds(99),7:0.00} ms   max {Milliseconds(100),7:0.00} ms"));
    }
}
