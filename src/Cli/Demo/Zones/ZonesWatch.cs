using System.Globalization;

namespace Mesh.Cli.Demo.Zones;

/// <summary>Repeats the demo's calls, shows them, and counts those that the mesh ought to have answered otherwise.</summary>
/// <param name="demo">The demo.</param>
/// <param name="interval">Pause between rounds.</param>
/// <param name="clock">Time.</param>
/// <param name="output">Where calls are shown; is made safe for several writers.</param>
internal sealed class ZonesWatch(ZonesDemo demo, TimeSpan interval, TimeProvider clock, TextWriter output) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private readonly DemoCaller _caller = new();
    private AwaitedAnswer? _awaited;

    /// <summary>Calls made.</summary>
    public int Calls { get; private set; }

    /// <summary>Calls that were not answered as they had to be, although every part on their way had been there for a while.</summary>
    public int Unexpected { get; private set; }

    /// <summary>Waits until every call is answered as it is to be for the first time.</summary>
    /// <exception cref="CliException">One is not.</exception>
    public async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        foreach (var route in demo.Routes)
        {
            DemoCall call;
            while ((call = await _caller.CallAsync(route.Address, cancellationToken)).Status != route.Expected)
            {
                if (clock.GetElapsedTime(start) > _patience)
                {
                    throw new CliException($"{route.Name}: expected {route.Expected}, got {call.Status} {DemoRoute.Answerers(call)}");
                }

                await Task.Delay(50, cancellationToken);
            }
        }
    }

    /// <summary>Makes rounds of calls until it is stopped, or so many; 0: no end.</summary>
    public async Task RunAsync(int rounds, CancellationToken stop)
    {
        for (var round = 1; (rounds == 0 || round <= rounds) && !stop.IsCancellationRequested; round++)
        {
            foreach (var route in demo.Routes)
            {
                await ShowAsync(route, stop);
            }

            if (round != rounds)
            {
                await Task.Delay(interval, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Does one step, and tells it between the calls.</summary>
    public async Task DoAsync(DemoStep step, CancellationToken cancellationToken)
    {
        await _output.WriteLineAsync($"{Now()}  * {step}");
        switch (step.Verb)
        {
            case DemoVerb.Wait:
                await Task.Delay(step.Time, clock, cancellationToken);
                break;
            case DemoVerb.Until:
                await UntilAsync(step.Subject, cancellationToken);
                break;
            case DemoVerb.Kill:
                await demo.Parts[step.Subject].KillAsync();
                break;
            default:
                await demo.Parts[step.Subject].StartAsync(cancellationToken);
                await _output.WriteLineAsync($"{Now()}  * {step.Subject} is back");
                break;
        }
    }

    public void Dispose() => _caller.Dispose();

    private async Task UntilAsync(string words, CancellationToken cancellationToken)
    {
        var awaited = new AwaitedAnswer(words);
        Volatile.Write(ref _awaited, awaited);
        try
        {
            await awaited.Came.Task.WaitAsync(_patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new CliException($"until {words}: no call was answered so within {_patience.TotalSeconds} s");
        }
    }

    private async Task ShowAsync(DemoRoute route, CancellationToken stop)
    {
        var mustSucceed = route.MustSucceed(demo.Parts);
        DemoCall call;
        try
        {
            call = await _caller.CallAsync(route.Address, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        Calls++;
        var isExpected = call.Status == route.Expected;
        var remark = isExpected ? "" : mustSucceed ? "  UNEXPECTED" : "  (a part on its way is or was down)";
        Unexpected += isExpected || !mustSucceed ? 0 : 1;
        var answerers = DemoRoute.Answerers(call);
        await _output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Now()}  {route.Name,-42} {call.Status,3}  {call.Elapsed.TotalMilliseconds,7:0.0} ms  {answerers}{remark}"));
        if (isExpected && Volatile.Read(ref _awaited) is { } awaited && answerers.Contains(awaited.Words, StringComparison.Ordinal))
        {
            awaited.Came.TrySetResult();
        }
    }

    private string Now() => clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed record AwaitedAnswer(string Words)
    {
        public TaskCompletionSource Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
