namespace Mesh.Protocol.Kds;

/// <summary>
/// What one response brings. Apply it, then <see cref="KdsReceiver.Accept"/> or <see cref="KdsReceiver.Reject"/> it: the
/// sender sends no more of the type until it is answered.
/// </summary>
public sealed class KdsDelivery
{
    internal KdsDelivery(string type, string nonce)
    {
        Type = type;
        Nonce = nonce;
    }

    /// <summary>Bare type name.</summary>
    public string Type { get; }

    /// <summary>What the answer repeats.</summary>
    public string Nonce { get; }

    /// <summary>New and changed resources, in the sender's order.</summary>
    public IReadOnlyList<KdsResource> Resources { get; internal init; } = [];

    /// <summary>Names that are gone; unknown ones are no fault.</summary>
    public IReadOnlyList<string> Removed { get; internal init; } = [];

    /// <summary>Whether it is the first response of the type on this stream.</summary>
    public bool IsFirst { get; internal init; }

    /// <summary>
    /// Whether <see cref="Resources"/> is everything there is (the first response of a Kuma peer, or of any peer that was asked
    /// without versions): what is held and not in it is gone. Else only <see cref="Removed"/> is gone. With
    /// <see cref="Faults"/> it is never one: what cannot be read is not gone.
    /// </summary>
    public bool IsFullSet { get; internal init; }

    /// <summary>Whether the first set goes on in the next response of the type.</summary>
    public bool MoreFollows { get; internal init; }

    /// <summary>What in the response could not be read, each with the resource's name; the readable rest is in <see cref="Resources"/>.</summary>
    public IReadOnlyList<string> Faults { get; internal init; } = [];
}
