namespace Mesh.Zone.Lifecycle;

/// <summary>What this process knows of a proxy. Its lock guards all of it; <see cref="IsAsked"/> may be read without.</summary>
internal sealed class ProxyRecord
{
    private volatile bool _isAsked;

    /// <summary>Streams that are open, and those that ended and are not written yet.</summary>
    public List<ProxySession> Sessions { get; } = [];

    /// <summary>How many streams are open.</summary>
    public int Open { get; set; }

    /// <summary>Its Dataplane came with it.</summary>
    public bool BroughtDataplane { get; set; }

    /// <summary>When the Dataplane is to be removed unless the proxy is back; null: it is not.</summary>
    public DateTimeOffset? RemoveAt { get; set; }

    /// <summary>When counters were last written; null: not since the latest stream was opened.</summary>
    public DateTimeOffset? WrittenAt { get; set; }

    /// <summary>It is asked for that counters be written; set back before they are read.</summary>
    public bool IsAsked
    {
        get => _isAsked;
        set => _isAsked = value;
    }

    /// <summary>It was taken out of the table: take another.</summary>
    public bool IsRetired { get; set; }
}
