using System.Diagnostics;
using System.Globalization;

namespace Mesh.AdsSeam;

/// <summary>Runs one server with a client process and says what it cost, as a row of a table.</summary>
internal static class Measurement
{
    private const int WarmUp = 5;

    public static async Task<string> RunAsync(IPushServer server, string kind, bool tls, int connections, int rounds)
    {
        var port = await server.StartAsync();
        var managedBefore = GC.GetTotalMemory(forceFullCollection: true);
        var residentBefore = Resident();

        var quiet = await ClientAsync(port, connections, tls, answers: false);
        await UntilAsync(() => server.Streams == connections);
        var managed = (GC.GetTotalMemory(forceFullCollection: true) - managedBefore) / 1024.0 / connections;
        var resident = (Resident() - residentBefore) / 1024.0 / connections;
        var push = await RoundsAsync(server, quiet, connections, rounds, answers: false);
        quiet.Kill();

        await using IPushServer second = kind == "kestrel" ? new KestrelServer(tls) : new SocketServer(tls);
        port = await second.StartAsync();
        var answering = await ClientAsync(port, connections, tls, answers: true);
        await UntilAsync(() => second.Streams == connections);
        var both = await RoundsAsync(second, answering, connections, rounds, answers: true);
        answering.Kill();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind} | {(tls ? "yes" : "no")} | {managed:F1} | {resident:F1} | {push.Cpu:F1} | {push.Wall:F0} | {push.Allocated:F1} | {both.Cpu:F1} |");
    }

    private static async Task<(double Cpu, double Wall, double Allocated)> RoundsAsync(
        IPushServer server, Process client, int connections, int rounds, bool answers)
    {
        using var self = Process.GetCurrentProcess();
        var (cpu, wall, allocated) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        for (var round = 1; round <= rounds + WarmUp; round++)
        {
            self.Refresh();
            var (cpuBefore, allocatedBefore, start) = (self.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
            await server.PushAsync();
            await client.StandardInput.WriteLineAsync(((long)round * connections).ToString(CultureInfo.InvariantCulture));
            await client.StandardInput.FlushAsync();
            await client.StandardOutput.ReadLineAsync();
            var took = Stopwatch.GetElapsedTime(start);
            if (answers)
            {
                var expected = (long)round * connections * (5 + Wire.AnswerPayload);
                await UntilAsync(() => server.ReceivedBytes >= expected);
            }

            self.Refresh();
            if (round > WarmUp)
            {
                cpu += self.TotalProcessorTime - cpuBefore;
                wall += took;
                allocated += GC.GetTotalAllocatedBytes() - allocatedBefore;
            }
        }

        var pushes = (double)rounds * connections;
        return (cpu.TotalMicroseconds / pushes, wall.TotalMilliseconds / rounds, allocated / pushes);
    }

    private static async Task<Process> ClientAsync(int port, int connections, bool tls, bool answers)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["client", $"{port}", $"{connections}", $"{tls}", $"{answers}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var client = Process.Start(start)!;
        await client.StandardOutput.ReadLineAsync();
        return client;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1);
        }
    }

    private static long Resident()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
