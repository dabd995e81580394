namespace Mesh.Protocol.Ads;

/// <summary>
/// The search for what a client rejected in a response of several resources: parts of it wait to be sent again by
/// themselves, with growing pauses, so that good resources arrive and the bad one is found in at most log2(n) rounds.
/// </summary>
internal sealed class Isolation
{
    private int _first = 1;
    private int _next = 1;

    /// <summary>Whether parts wait.</summary>
    public bool Pending => _first != _next;

    /// <summary>When the next part may be sent.</summary>
    public long DueAt { get; private set; }

    /// <summary>Round that the waiting parts belong to.</summary>
    public int Round { get; private set; }

    /// <summary>A number for one more part.</summary>
    public int NewGroup() => _next++;

    public void Schedule(int round, long now, AdsOptions options)
    {
        Round = round;
        var pause = Math.Min((long)options.IsolationBackoff << Math.Min(round - 1, 16), options.IsolationBackoffMax);
        DueAt = Math.Max(DueAt, now + pause);
    }

    /// <summary>Number of the part to send next.</summary>
    public int FirstGroup => _first;

    /// <summary>The first part is sent.</summary>
    public void FinishFirst() => _first++;
}
