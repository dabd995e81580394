using System.Diagnostics;
using System.Globalization;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>Another process that uses a store, to be killed.</summary>
internal static class StoreProcess
{
    /// <summary>Starts it.</summary>
    public static Process Start(string folder, string what, int number) => Process.Start(
        new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Mesh.StoreWriter.dll"), folder, what, number.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Waits until it has ended.</summary>
    /// <returns>What it said and was not read.</returns>
    public static async Task<List<string>> ReadToEndAsync(Process process)
    {
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return lines;
    }
}
