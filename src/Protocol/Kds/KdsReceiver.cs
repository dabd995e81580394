using System.Buffers;

namespace Mesh.Protocol.Kds;

/// <summary>
/// The asking half of a stream between control planes, as a state machine over bytes: delta xDS with a wildcard subscription
/// per type. The zone asks in <c>GlobalToZoneSync</c>, Global in <c>ZoneToGlobalSync</c>. No sockets, no tasks, no clock.
/// Not safe for concurrent use. Order: <see cref="Ask"/> each type, write requests while <see cref="TryWrite"/> does,
/// give each response to <see cref="Receive"/>, apply the delivery, answer it, write again.
/// </summary>
public sealed class KdsReceiver
{
    /// <summary>The asking half of a new stream.</summary>
    /// <param name="nodeId"><c>node.id</c>: the zone's name in both directions.</param>
    /// <param name="nodeMetadata">Encoded <c>google.protobuf.Struct</c> of <c>node.metadata</c>. Its string field <c>store-id</c> says that it is one of ours.</param>
    /// <param name="options">Limits.</param>
    public KdsReceiver(string nodeId, ReadOnlyMemory<byte> nodeMetadata, KdsOptions options) => throw new NotImplementedException();

    /// <summary>Whether the peer honours held versions; null before its first response.</summary>
    public bool? PeerKnowsVersions => throw new NotImplementedException();

    /// <summary>Asks for everything of a type, once per stream.</summary>
    /// <param name="type">Bare type name.</param>
    /// <param name="held">
    /// Name and version of everything held from this peer (a version that is not known: any text): only differences come, and
    /// what is held and gone comes as removed. Null: as Kuma asks; the first response is a full set. Not copied: keep it as it
    /// is until the requests are written.
    /// </param>
    public void Ask(string type, IReadOnlyCollection<KeyValuePair<string, string>>? held) => throw new NotImplementedException();

    /// <summary>Writes at most one request (without gRPC's prefix): asks first, then answers. False when there is none.</summary>
    public bool TryWrite(IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Takes one response (without gRPC's prefix); the delivery refers to its bytes.</summary>
    /// <exception cref="KdsPeerChangedException">Connect again and ask the other way.</exception>
    /// <exception cref="KdsProtocolException">The stream must end with this status.</exception>
    public KdsDelivery Receive(ReadOnlyMemory<byte> response) => throw new NotImplementedException();

    /// <summary>The delivery is applied: acknowledges it. With <see cref="KdsDelivery.Faults"/> it is rejected with their text.</summary>
    public void Accept(KdsDelivery delivery) => throw new NotImplementedException();

    /// <summary>
    /// The delivery, or a part of it, could not be applied: answers with this error. The sender sends what was in it again
    /// after a backoff, and what changes at once.
    /// </summary>
    public void Reject(KdsDelivery delivery, string message) => throw new NotImplementedException();
}
