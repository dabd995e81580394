using System.Diagnostics;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Eventually
{
    /// <summary>How long a condition may take on a loaded machine before a test gives up.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(120);

    /// <summary>Waits until a condition holds.</summary>
    public static Task HoldsAsync(Func<Task<bool>> condition, string what) => HoldsAsync(condition, () => what);

    /// <summary>Waits until a condition holds; what is said when it does not is made up then.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"did not happen within {Patience}: {what()}");
            await Task.Delay(5);
        }
    }
}
