namespace Mesh.Protocol.Ads;

/// <summary>State of one type of one stream, for inspection and metrics. Times are the session's clock in milliseconds; 0 is never.</summary>
public sealed record ChannelStatus
{
    /// <summary>The type.</summary>
    public required XdsType Type { get; init; }

    /// <summary>Whether the client asked for everything.</summary>
    public bool Wildcard { get; init; }

    /// <summary>Names asked for by name.</summary>
    public int Names { get; init; }

    /// <summary>Responses sent.</summary>
    public long Sent { get; init; }

    /// <summary>Responses accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Responses rejected.</summary>
    public long Rejected { get; init; }

    /// <summary>Nonce of the last response; 0: none.</summary>
    public long LastNonce { get; init; }

    /// <summary>When it was sent.</summary>
    public long LastSentAt { get; init; }

    /// <summary>When the client last answered.</summary>
    public long LastAnswerAt { get; init; }

    /// <summary>Responses without an answer.</summary>
    public int Unanswered { get; init; }

    /// <summary>When the oldest of them was sent. Clusters unanswered for long: Envoy is warming.</summary>
    public long UnansweredSince { get; init; }

    /// <summary>The client's words at the last rejection.</summary>
    public string? LastRejection { get; init; }

    /// <summary>Names whose current content the client rejected.</summary>
    public IReadOnlyList<string> RejectedNames { get; init; } = [];

    /// <summary>Whether a push that would empty the type is held back.</summary>
    public bool EmptyingHeldBack { get; init; }

    /// <summary>Answers with a nonce that was never given out or is answered already.</summary>
    public long UnknownNonces { get; init; }
}
