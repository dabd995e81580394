using System.Buffers;
using System.Text;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Kds;

/// <summary>
/// The answering half of a stream between control planes, as a state machine over bytes: requests of one peer in, time in,
/// responses from a feed out. It keeps no queue: newest state only, one response in flight per type. Global answers in
/// <c>GlobalToZoneSync</c>, the zone in <c>ZoneToGlobalSync</c>. No sockets, no tasks, no clock. Not safe for concurrent use.
/// See the README of this folder for what goes beyond delta xDS.
/// </summary>
public sealed class KdsSender : IDisposable
{
    /// <summary>No deadline.</summary>
    public const long Never = long.MaxValue;

    private const int MaxTypeLength = 256;

    private readonly List<KdsChannel> _channels = [];
    private readonly ResourceFeed _feed;
    private readonly FeedReader _reader;
    private readonly KdsOptions _options;
    private readonly IKdsSenderOwner _owner;
    private ClientNode? _node;
    private bool _isOurs;
    private int _held;
    private int _waitingBytes;
    private long _nonce;

    /// <summary>The answering half of a new stream.</summary>
    /// <param name="feed">What is sent.</param>
    /// <param name="audience">Who the peer is, as authenticated: never what it says of itself.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="owner">Is told of answers and woken by changes.</param>
    public KdsSender(ResourceFeed feed, string audience, KdsOptions options, IKdsSenderOwner owner)
    {
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(owner);
        _feed = feed;
        _options = options;
        _owner = owner;
        _reader = feed.Open(audience, owner);
    }

    /// <summary><c>node.id</c> of the peer's first request; null before it.</summary>
    public string? NodeId => _node?.Id;

    /// <summary>Encoded <c>google.protobuf.Struct</c> of the peer's <c>node.metadata</c>; empty before its first request.</summary>
    public ReadOnlyMemory<byte> NodeMetadata => _node?.Metadata ?? default;

    /// <summary>Time at which <see cref="TryWrite"/> may have something to write although nothing happened; <see cref="Never"/>: none.</summary>
    public long NextDeadline { get; private set; } = Never;

    /// <summary>Answers whose nonce was not that of the response in flight; they are ignored.</summary>
    public long StaleAnswers { get; private set; }

    /// <summary>Takes one request, the encoded message without gRPC's prefix.</summary>
    /// <param name="request">An encoded <c>DeltaDiscoveryRequest</c>.</param>
    /// <param name="now">Milliseconds of any monotonic clock.</param>
    /// <exception cref="KdsProtocolException">The stream must end with this status.</exception>
    public void Receive(ReadOnlySpan<byte> request, long now)
    {
        if (request.Length > _options.MaxMessageLength)
        {
            throw new KdsProtocolException(GrpcStatusCode.ResourceExhausted, $"a request of {request.Length} bytes; at most {_options.MaxMessageLength}");
        }

        if (!DeltaRequest.TryParse(request, out var parsed))
        {
            throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, "malformed DeltaDiscoveryRequest");
        }

        TakeNode(parsed.Node);
        var channel = Find(parsed.TypeUrl);
        if (channel is null && !parsed.Nonce.IsEmpty && parsed.SubscribeCount == 0 && parsed.InitialVersionCount == 0)
        {
            // The answer to the last response of a type that was given up meanwhile: it asks for nothing.
            StaleAnswers++;
            return;
        }

        channel ??= Add(parsed.TypeUrl);
        if (!channel.IsOpen)
        {
            Open(channel, parsed, request);
            return;
        }

        if (!parsed.Nonce.IsEmpty)
        {
            TakeAnswer(channel, parsed, now);
        }

        if (HasWildcard(parsed.Unsubscribe))
        {
            Close(channel);
        }
    }

    /// <summary>Writes at most one response, without gRPC's prefix. False when there is nothing to write now.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="now">Milliseconds of the clock of <see cref="Receive"/>.</param>
    /// <param name="budget">Bytes for this response when that is less than the options allow.</param>
    /// <exception cref="KdsProtocolException">The stream must end with this status: the peer fell too far behind.</exception>
    public bool TryWrite(IBufferWriter<byte> output, long now, int budget = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(output);
        NextDeadline = Never;
        if (!_reader.IsReady)
        {
            return false;
        }

        if (_reader.HasLapsed)
        {
            throw new KdsProtocolException(GrpcStatusCode.Unavailable, "too far behind: removals that were not read are forgotten; connect again");
        }

        budget = Math.Min(budget, _options.ResponseBudget);
        var plan = KdsPlan.OfThread;
        foreach (var channel in _channels)
        {
            if (channel.IsOpen)
            {
                channel.Subscribe(_reader);
                if (channel.TryPlan(_reader, plan, wholeFirstSet: !_isOurs, budget, now))
                {
                    Write(output, channel, plan);
                    return true;
                }

                NextDeadline = channel.AwaitsAnswer ? NextDeadline : Math.Min(NextDeadline, channel.RetryAt);
            }
        }

        _waitingBytes = 0;
        return false;
    }

    /// <summary>State of each type of this stream, in the order of writing.</summary>
    public IReadOnlyList<KdsTypeStatus> Status()
    {
        var all = new List<KdsTypeStatus>(_channels.Count);
        foreach (var channel in _channels)
        {
            all.Add(new KdsTypeStatus(
                channel.Name,
                channel.SentCount,
                channel.AcceptedCount,
                channel.RejectedCount,
                channel.ResourceCount,
                channel.AwaitsAnswer,
                channel.LastError));
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static bool HasWildcard(NameWalk names)
    {
        foreach (var name in names)
        {
            if (name.SequenceEqual("*"u8))
            {
                return true;
            }
        }

        return false;
    }

    private void Open(KdsChannel channel, in DeltaRequest request, ReadOnlySpan<byte> message)
    {
        TakeHeld(channel, request, message);
        var wildcard = HasWildcard(request.Subscribe);
        if (!wildcard && request.SubscribeCount > 0)
        {
            throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, $"{channel.Name}: only the wildcard * can be subscribed to");
        }

        // One of ours that holds more than fits a request reports the rest first and asks with the last. As xDS has it, a first
        // request that names nothing asks for everything too.
        if (wildcard || !_isOurs || request.InitialVersionCount == 0)
        {
            channel.IsOpen = true;
            _owner.Subscribed(channel.Name);
        }
    }

    private void TakeHeld(KdsChannel channel, in DeltaRequest request, ReadOnlySpan<byte> message)
    {
        if (request.InitialVersionCount == 0 || channel.Type is null)
        {
            // Of a type that this side does not have nothing is known, least of all that it is gone.
            return;
        }

        _held += request.InitialVersionCount;
        if (_held > _options.MaxHeld)
        {
            throw new KdsProtocolException(GrpcStatusCode.ResourceExhausted, $"more than {_options.MaxHeld} held versions");
        }

        if (_reader.IsReady)
        {
            channel.Subscribe(_reader);
            channel.Compare(_reader, request.InitialVersions);
            return;
        }

        if (_waitingBytes + message.Length > _options.MaxWaitingBytes)
        {
            throw new KdsProtocolException(GrpcStatusCode.Unavailable, "not loaded yet; connect again");
        }

        _waitingBytes += channel.KeepReport(message);
    }

    private void TakeAnswer(KdsChannel channel, in DeltaRequest request, long now)
    {
        var error = request.IsRejection ? KdsErrorText.Read(request.ErrorMessage, _options.MaxErrorLength) : null;
        if (!channel.TryAnswer(_reader, ResponseHead.ParseNonce(request.Nonce), error, now, _options))
        {
            StaleAnswers++;
        }
        else if (error is null)
        {
            _owner.Accepted(channel.Name);
        }
        else
        {
            _owner.Rejected(channel.Name, error);
        }
    }

    private void Write(IBufferWriter<byte> output, KdsChannel channel, KdsPlan plan)
    {
        var largest = _options.MaxMessageLength - (2 * KdsChannel.LongList);
        var resources = 0;
        foreach (var resource in plan.Changes.Resources)
        {
            var bytes = _feed.Engine.DeltaField(resource).Length;
            if (bytes > largest)
            {
                _owner.TooLarge(channel.Name, _feed.Engine.Symbols.Text(_feed.Engine.Name(resource)), bytes);
            }
            else
            {
                resources++;
            }
        }

        var marker = _isOurs ? plan.MoreFollows ? KdsMarker.MoreFollows : KdsMarker.Differences : default;
        var removed = plan.Gone.Count + plan.Changes.Removed.Length;
        var length = KdsResponseWriter.Write(output, _feed.Engine, channel.NameBytes, ++_nonce, plan, marker, largest);
        plan.Clear();
        channel.Sent(_nonce, resources);
        _owner.Sent(channel.Name, resources, removed, length);
        if (length > _options.MaxMessageLength)
        {
            _owner.TooLarge(channel.Name, null, length);
        }
    }

    private void TakeNode(ReadOnlySpan<byte> encoded)
    {
        if (_node is null)
        {
            _node = encoded.IsEmpty ? null : ClientNode.TryRead(encoded);
            if (_node is null)
            {
                throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, "missing node information: node.id is required");
            }

            _isOurs = !StructFields.FindString(_node.Metadata.Span, KdsMarker.StoreIdKey).IsEmpty;
        }
        else if (!encoded.IsEmpty && !ClientNode.IdOf(encoded).SequenceEqual(Encoding.UTF8.GetBytes(_node.Id)))
        {
            throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, "node.id must not change on a stream");
        }
    }

    private KdsChannel? Find(ReadOnlySpan<byte> type)
    {
        foreach (var channel in _channels)
        {
            if (type.SequenceEqual(channel.NameBytes))
            {
                return channel;
            }
        }

        return null;
    }

    private KdsChannel Add(ReadOnlySpan<byte> type)
    {
        if (type.IsEmpty || type.Length > MaxTypeLength)
        {
            throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, "type_url is required: the name of a resource type");
        }

        if (_channels.Count >= _options.MaxTypes)
        {
            throw new KdsProtocolException(GrpcStatusCode.ResourceExhausted, $"more than {_options.MaxTypes} types");
        }

        var added = new KdsChannel(type, _feed.Engine.Types.TryFind(type, out var number) ? number : null);
        var at = 0;
        while (at < _channels.Count && _channels[at].Order <= added.Order)
        {
            at++;
        }

        _channels.Insert(at, added);
        return added;
    }

    private void Close(KdsChannel channel)
    {
        _channels.Remove(channel);
        if (channel.IsSubscribed)
        {
            _reader.Unsubscribe(channel.Type!.Value);
        }
    }
}
