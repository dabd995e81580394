namespace Mesh.Server.Ads.Admission;

/// <summary>The place of a stream that was let in, until it has its first configuration, has waited too long for it, or has ended.</summary>
internal sealed class StreamPlace(StreamAdmission admission, long since) : IDisposable
{
    private int _isHeld = 1;

    /// <summary>When the stream was let in, a timestamp.</summary>
    public long Since => since;

    /// <summary>Whether it keeps somebody out.</summary>
    public bool IsHeld => Volatile.Read(ref _isHeld) == 1;

    /// <summary>From now on it keeps nobody out. False: it did not.</summary>
    public bool TryGive() => Interlocked.Exchange(ref _isHeld, 0) == 1;

    /// <summary>Gives the place to the next one; a second time does nothing.</summary>
    public void Dispose()
    {
        if (TryGive())
        {
            admission.Leave();
        }
    }
}
