using System.Buffers;
using Mesh.Engine.Feeds;

namespace Mesh.Protocol.Kds;

/// <summary>
/// The answering half of a stream between control planes, as a state machine over bytes: requests of one peer in, time in,
/// responses from a feed out. It keeps no queue: newest state only, one response in flight per type. Global answers in
/// <c>GlobalToZoneSync</c>, the zone in <c>ZoneToGlobalSync</c>. No sockets, no tasks, no clock. Not safe for concurrent use.
/// </summary>
public sealed class KdsSender : IDisposable
{
    /// <summary>No deadline.</summary>
    public const long Never = long.MaxValue;

    /// <summary>The answering half of a new stream.</summary>
    /// <param name="feed">What is sent.</param>
    /// <param name="audience">Who the peer is, as authenticated: never what it says of itself.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="owner">Is told of answers and woken by changes.</param>
    public KdsSender(ResourceFeed feed, string audience, KdsOptions options, IKdsSenderOwner owner) => throw new NotImplementedException();

    /// <summary><c>node.id</c> of the peer's first request; null before it.</summary>
    public string? NodeId => throw new NotImplementedException();

    /// <summary>Encoded <c>google.protobuf.Struct</c> of the peer's <c>node.metadata</c>; empty before its first request.</summary>
    public ReadOnlyMemory<byte> NodeMetadata => throw new NotImplementedException();

    /// <summary>Time at which <see cref="TryWrite"/> may have something to write although nothing happened; <see cref="Never"/>: none.</summary>
    public long NextDeadline => throw new NotImplementedException();

    /// <summary>Takes one request, the encoded message without gRPC's prefix.</summary>
    /// <param name="request">An encoded <c>DeltaDiscoveryRequest</c>.</param>
    /// <param name="now">Milliseconds of any monotonic clock.</param>
    /// <exception cref="KdsProtocolException">The stream must end with this status.</exception>
    public void Receive(ReadOnlySpan<byte> request, long now) => throw new NotImplementedException();

    /// <summary>Writes at most one response, without gRPC's prefix. False when there is nothing to write now.</summary>
    /// <exception cref="KdsProtocolException">The stream must end with this status: the peer fell too far behind.</exception>
    public bool TryWrite(IBufferWriter<byte> output, long now) => throw new NotImplementedException();

    /// <summary>State of each type of this stream.</summary>
    public IReadOnlyList<KdsTypeStatus> Status() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
