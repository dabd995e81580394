using System.Diagnostics;

namespace Mesh.Fuzz;

/// <summary>Feeds a target for a while and watches time and memory.</summary>
internal static class FuzzRun
{
    private const int PoolSize = 2000;
    private const long MaxGrowth = 256L * 1024 * 1024;
    private static readonly TimeSpan _tooLong = TimeSpan.FromSeconds(5);

    public static int Run(IFuzzTarget target, TimeSpan time, int seed)
    {
        // A fixed seed: a finding can be had again.
        var random = new Random(seed);
        var mutator = new Mutator(random, target.Words);
        var pool = new List<byte[]>(target.Seeds);
        byte[] input = [];
        var (count, understood) = (0L, 0L);
        var slowest = TimeSpan.Zero;
        using var watchdog = new Timer(_ => Hang(target, input), null, Timeout.Infinite, Timeout.Infinite);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        try
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                input = mutator.Mutate(pool[random.Next(pool.Count)], pool[random.Next(pool.Count)]);
                var began = Stopwatch.GetTimestamp();
                watchdog.Change(_tooLong, Timeout.InfiniteTimeSpan);
                if (target.Feed(input))
                {
                    understood++;
                    Keep(pool, input, target.Seeds.Count, random);
                }

                var took = Stopwatch.GetElapsedTime(began);
                slowest = took > slowest ? took : slowest;
                count++;
            }

            watchdog.Change(Timeout.Infinite, Timeout.Infinite);
            target.Check();
            var growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
            Console.WriteLine($"fuzz {target.Name}: {count} inputs, {understood} understood, slowest {slowest.TotalMilliseconds:F1} ms, memory {growth / 1024} KiB more, no fault");
            return growth > MaxGrowth ? 1 : 0;
        }
        catch (Exception fault)
        {
            Console.Error.WriteLine($"fuzz {target.Name}: fault after {count} inputs, input in {Save(target, input)}\n{fault}");
            return 1;
        }
    }

    private static void Keep(List<byte[]> pool, byte[] input, int seeds, Random random)
    {
        if (pool.Count < PoolSize)
        {
            pool.Add(input);
        }
        else
        {
            pool[random.Next(seeds, pool.Count)] = input;
        }
    }

    private static void Hang(IFuzzTarget target, byte[] input)
    {
        Console.Error.WriteLine($"fuzz {target.Name}: hangs, input in {Save(target, input)}");
        Environment.Exit(1);
    }

    private static string Save(IFuzzTarget target, byte[] input)
    {
        var file = Path.Combine(Path.GetTempPath(), $"fuzz-{target.Name}-{Guid.NewGuid():N}.bin");
        File.WriteAllBytes(file, input);
        return file;
    }
}
