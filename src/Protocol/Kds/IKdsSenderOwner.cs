using Mesh.Engine.Feeds;

namespace Mesh.Protocol.Kds;

/// <summary>
/// Who hosts a sender is told here what its peer says, and when to write. Calls but the inherited one come while the sender
/// works, on its thread: be quick, do not call back, do not throw.
/// </summary>
public interface IKdsSenderOwner : IFeedListener
{
    /// <summary>The peer asked for a type for the first time on this stream.</summary>
    void Subscribed(string type);

    /// <summary>A response was written.</summary>
    void Sent(string type, int resources, int removed, int bytes);

    /// <summary>The peer applied a response.</summary>
    void Accepted(string type);

    /// <summary>The peer could not apply a response, or a part of it. It is sent again after a backoff.</summary>
    void Rejected(string type, string message);

    /// <summary>A resource, or the full first set that a Kuma peer needs in one response, is larger than peers receive. A resource is left out.</summary>
    void TooLarge(string type, string? name, int bytes);
}
