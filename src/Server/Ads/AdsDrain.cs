using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads;

/// <summary>
/// The end of all streams when the server stops: nobody is let in any more, and streams end with OK in any order, spread evenly over a
/// window. Kestrel says GOAWAY on all connections at the same moment. Nothing is taken away from the clients.
/// </summary>
internal sealed class AdsDrain : IDisposable
{
    /// <summary>Streams that fall due within this time end together.</summary>
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(10);

    private readonly AdsStreams _streams;
    private readonly StreamAdmission _admission;
    private readonly TimeSpan _window;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenRegistration _stopping;
    private volatile bool _isDraining;

    public AdsDrain(AdsStreams streams, StreamAdmission admission, TimeSpan window, TimeProvider clock, CancellationToken stopping)
    {
        _streams = streams;
        _admission = admission;
        _window = window;
        _clock = clock;
        _stopping = stopping.UnsafeRegister(static drain => _ = ((AdsDrain)drain!).RunAsync(), this);
    }

    /// <summary>Whether the server stops.</summary>
    public bool IsDraining => _isDraining;

    public void Dispose() => _stopping.Dispose();

    /// <summary>Ends all streams.</summary>
    public async Task RunAsync()
    {
        _isDraining = true;
        _admission.Close();
        // What became visible after the flag was set looks at the flag.
        var streams = _streams.Running.ToArray();
        Random.Shared.Shuffle(streams);
        var begin = _clock.GetTimestamp();
        for (var i = 0; i < streams.Length; i++)
        {
            var wait = (_window * ((double)i / streams.Length)) - _clock.GetElapsedTime(begin);
            if (wait > _step)
            {
                await Task.Delay(wait, _clock).ConfigureAwait(false);
            }

            streams[i].End(EndOfStream.ByServer(GrpcStatusCode.Ok, ""));
        }
    }
}
