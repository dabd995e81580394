using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Model.Resources;
using Mesh.Stores.Embedded;

namespace Mesh.Durability;

/// <summary>B17: a process is killed while it writes, and a global control plane starts on what it left.</summary>
internal static class KillRecovery
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(30);

    public static async Task<int> MeasureAsync(int count, string? root, string? program)
    {
        var folder = Path.Combine(root ?? Path.GetTempPath(), $"mesh-durability-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            // A control plane that is killed has made its keys: the store is one that a Global began.
            await RunAsync(folder, program, untilAsync => untilAsync(At.Diagnostics, "/ready", null));
            var begin = Stopwatch.GetTimestamp();
            var acknowledged = await FillAndKillAsync(folder, count);
            Say($"{acknowledged} writes acknowledged in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s, then kill -9 while more were written");
            await RunAsync(folder, program, async untilAsync =>
            {
                await untilAsync(At.Api, $"/meshes/default/meshservices/{StoredServices.NameOf(0)}", "serving");
                await untilAsync(At.Diagnostics, "/ready", "ready, zones too,");
            });
            var lost = await LostAsync(folder, acknowledged);
            Say($"acknowledged and lost: {lost}");
            return lost == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> FillAndKillAsync(string folder, int count)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, ["fill", folder, count.ToString(CultureInfo.InvariantCulture)])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(_patience);
        var acknowledged = 0;
        while (acknowledged <= count && await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            acknowledged = int.Parse(line, CultureInfo.InvariantCulture);
        }

        process.Kill();
        await process.WaitForExitAsync(patience.Token);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            // Said before it died.
            acknowledged = int.TryParse(line, CultureInfo.InvariantCulture, out var more) ? Math.Max(acknowledged, more) : acknowledged;
        }

        return acknowledged;
    }

    /// <summary>Starts <c>mesh run --mode global</c>, waits for what is asked of it, says how long that took where it has a name, and kills it.</summary>
    private static async Task RunAsync(string folder, string? program, Func<Func<At, string, string?, Task>, Task> waitAsync)
    {
        var (rest, zones, diagnostics) = (FreePort(), FreePort(), FreePort());
        string[] built = program is null ? ["exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll")] : [];
        var start = new ProcessStartInfo(program ?? "dotnet",
        [
            .. built, "run", "--mode", "global", "--data-dir", folder, "--http-port", $"{rest}",
            "--https-port", "0", "--diagnostics-port", $"{diagnostics}", "--log-level", "Warning", "--set", $"multizone.global.kds.grpcPort={zones}",
        ])
        { RedirectStandardOutput = true };
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient();
            using var patience = new CancellationTokenSource(_patience);
            await waitAsync(UntilAsync);

            async Task UntilAsync(At port, string path, string? what)
            {
                var address = new Uri($"http://127.0.0.1:{(port == At.Api ? rest : diagnostics)}{path}");
                while (!await IsServedAsync(client, address, patience.Token))
                {
                    if (process.HasExited)
                    {
                        throw new InvalidOperationException("the control plane ended: " + await process.StandardOutput.ReadToEndAsync(patience.Token));
                    }

                    await Task.Delay(20, patience.Token);
                }

                var elapsed = Stopwatch.GetElapsedTime(begin);
                process.Refresh();
                var (used, resident) = (process.TotalProcessorTime, process.WorkingSet64);
                if (what is not null)
                {
                    Say($"{what} after {elapsed.TotalSeconds:0.00} s, {used.TotalSeconds:0.00} s of processor time, {resident / 1e6:0} MB resident");
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> IsServedAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(address, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Opens a store and says how long that took.</summary>
    public static async Task<EmbeddedStore> OpenAsync(string folder)
    {
        var begin = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        var store = await StoredServices.OpenAsync(folder);
        var elapsed = Stopwatch.GetElapsedTime(begin);
        processor = Environment.CpuUsage.TotalTime - processor;
        var collections = FormattableString.Invariant($"{GC.CollectionCount(0)}, {GC.CollectionCount(1)} and {GC.CollectionCount(2)}");
        var (allocated, pauses) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration());
        var kept = GC.GetTotalMemory(forceFullCollection: true);
        Say($"the store alone opens in {elapsed.TotalSeconds:0.00} s, {processor.TotalSeconds:0.00} s of processor time");
        Say($"    {allocated / 1e6:0} MB allocated, {kept / 1e6:0} MB kept, {kept / (double)Math.Max(store.Revision, 1):0} bytes per change");
        Say($"    collections of generations 0, 1 and 2: {collections}, {pauses.TotalSeconds:0.00} s of pauses");
        return store;
    }

    private static async Task<int> LostAsync(string folder, int acknowledged)
    {
        await using var store = await OpenAsync(folder);
        var lost = 0;
        for (var i = 0; i < acknowledged; i++)
        {
            lost += await store.GetAsync(new ResourceKey(StoredServices.Kind, "default", StoredServices.NameOf(i))) is null ? 1 : 0;
        }

        return lost;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A port of a control plane.</summary>
    private enum At
    {
        Api,
        Diagnostics,
    }

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
