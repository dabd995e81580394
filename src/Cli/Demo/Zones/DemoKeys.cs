namespace Mesh.Cli.Demo.Zones;

/// <summary>Keys that kill a part that runs and start one that does not.</summary>
internal sealed class DemoKeys
{
    private const string Letters = "123456789abcdefghijklmnoprstuvwxyz";
    private readonly DemoParts _parts;
    private readonly Dictionary<char, string> _keys = [];

    public DemoKeys(DemoParts parts)
    {
        _parts = parts;
        foreach (var name in parts.Names.Take(Letters.Length))
        {
            _keys[Letters[_keys.Count]] = name;
        }
    }

    /// <summary>Which key is which part's.</summary>
    public string Legend => string.Join("  ", _keys.Select(k => $"{k.Key} {k.Value}")) + "  q quit";

    /// <summary>What a key asks for; null for one that means nothing.</summary>
    public DemoStep? StepOf(char key) => _keys.TryGetValue(key, out var part)
        ? new DemoStep(_parts[part].IsRunning ? DemoVerb.Kill : DemoVerb.Start, part, TimeSpan.Zero)
        : null;

    /// <summary>Follows the keyboard until <c>q</c> or the end.</summary>
    /// <param name="act">Does a step.</param>
    /// <param name="stop">Ends it.</param>
    public async Task FollowAsync(Func<DemoStep, Task> act, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (!Console.KeyAvailable)
            {
                await Task.Delay(50, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var key = Console.ReadKey(intercept: true).KeyChar;
            if (key == 'q')
            {
                return;
            }

            if (StepOf(key) is { } step)
            {
                await act(step);
            }
        }
    }
}
