namespace Mesh.Server.Ads.Admission;

/// <summary>The place of a stream that was let in, until it has its first configuration, has waited too long for it, or has ended.</summary>
internal sealed class StreamPlace : IDisposable
{
    private readonly StreamAdmission _admission;
    private readonly ITimer _timer;
    private int _isHeld = 1;

    public StreamPlace(StreamAdmission admission, TimeProvider clock, TimeSpan patience)
    {
        _admission = admission;
        _timer = clock.CreateTimer(static place => ((StreamPlace)place!).Dispose(), this, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives the place to the next one; a second time does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isHeld, 0) == 1)
        {
            _timer?.Dispose();
            _admission.Leave();
        }
    }
}
