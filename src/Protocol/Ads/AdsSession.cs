using System.Buffers;
using System.Text;
using Mesh.Engine;
using Mesh.Engine.Persistence;
using Mesh.Engine.Snapshots;

namespace Mesh.Protocol.Ads;

/// <summary>
/// One discovery stream as a state machine over bytes: requests in, time in, responses out. No sockets, no tasks, no clock.
/// Not safe for concurrent use: the host calls it under a lock of the stream's own. It keeps no queue: each call of
/// <see cref="TryWrite"/> works from the newest snapshot.
/// </summary>
public abstract class AdsSession : IDisposable
{
    /// <summary>No deadline.</summary>
    public const long Never = long.MaxValue;

    private ChannelTable _channels = new();
    private SnapshotCell? _cell;
    private ProxySnapshot? _round;
    private ulong _nodeHash;
    private int _step;
    private bool _wrote;
    private bool _wasRejected;
    private long _nonce;
    private ResponseRest _rest;

    private protected AdsSession(ResourceEngine engine, XdsTypes types, AdsOptions options, IAdsStreamOwner owner)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(types);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(owner);
        Engine = engine;
        Types = types;
        Options = options;
        Owner = owner;
        Head = new ResponseHead(options.ControlPlaneId);
    }

    /// <summary>Who the client says it is; null before its first message.</summary>
    public ClientNode? Node { get; private set; }

    /// <summary>Time at which <see cref="TryWrite"/> may have something to write although nothing happened; <see cref="Never"/>: none.</summary>
    public long NextDeadline { get; private set; } = Never;

    /// <summary>Responses written.</summary>
    public long ResponseCount => _nonce;

    /// <summary>Type of the last response; null: none was written.</summary>
    public XdsType? LastType { get; private set; }

    /// <summary>Bytes of the responses written or begun.</summary>
    public long ResponseBytes { get; private set; }

    /// <summary>Whether the last response is large and not written to its end: <see cref="TryWrite"/> goes on with it.</summary>
    public bool IsMidResponse => _rest.IsOpen;

    internal ResourceEngine Engine { get; }

    internal XdsTypes Types { get; }

    internal AdsOptions Options { get; }

    internal IAdsStreamOwner Owner { get; }

    internal ResponseHead Head { get; }

    /// <summary>Channels in the order of writing.</summary>
    internal ref ChannelTable Channels => ref _channels;

    private protected ResourceSlice? Clusters => _round?[Types.ClusterType];

    private protected UInt128 SnapshotVersion => _round?.Version ?? 0;

    private protected ref ResponseRest Rest => ref _rest;

    /// <summary>Takes one request, the encoded message without gRPC's prefix.</summary>
    /// <exception cref="AdsProtocolException">The stream must end with this status.</exception>
    public abstract void Receive(ReadOnlySpan<byte> message, long now);

    /// <summary>From now on this proxy's snapshots are served.</summary>
    public void Serve(SnapshotCell cell) => _cell = cell;

    /// <summary>
    /// Writes at most one response, with gRPC's prefix; of a large one (<see cref="IsMidResponse"/>) a piece, which is to be called for again
    /// when the client has taken it. False when there is nothing to write now.
    /// </summary>
    public bool TryWrite(IBufferWriter<byte> output, long now)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_rest.IsOpen)
        {
            _rest.Write(output, Engine, now);
            return true;
        }

        if (_cell is null)
        {
            return false;
        }

        if (_step == 0)
        {
            TakeNewest();
        }

        while (_round is not null)
        {
            NextDeadline = Never;
            for (; _step < StepCount && !IsAtRest; _step++)
            {
                if (TryStep(_step, output, now))
                {
                    _wrote = true;
                    return true;
                }
            }

            _step = 0;
            var again = _wrote;
            _wrote = false;
            if (!TakeNewest() && !again)
            {
                TellProgress();
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether <see cref="TryWrite"/> is to be called after a request. Most requests are answers that leave nothing to write: what they mean is told
    /// here, at the price of a look at each type.
    /// </summary>
    public bool IsDue()
    {
        if (IsMidResponse || _round is null || _cell is null || _cell.IsNewerThan(_round) || NextDeadline != Never || !IsAtRest)
        {
            return true;
        }

        TellProgress();
        return false;
    }

    /// <summary>
    /// Whether the client, in every type it asked for so far, has exactly what it was given before, so that it is served by
    /// silence until its snapshot is there. Decides nothing: only a snapshot does.
    /// </summary>
    public bool HoldsWhatItWasGiven(SnapshotManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return Recognition.HoldsWhatItWasGiven(_channels.All, manifest);
    }

    /// <summary>State of each type of this stream.</summary>
    public IReadOnlyList<ChannelStatus> Status()
    {
        var all = new List<ChannelStatus>(_channels.Count);
        foreach (var entry in _channels.All)
        {
            all.Add(SessionStatus.Of(entry.Channel, Engine.Symbols));
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channels.Clear();
        _rest.Release(Engine);
        _round?.Dispose();
        _round = null;
        _cell = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether what a channel is to be sent depends on its slice alone, so that the same slice says nothing new.</summary>
    private protected virtual bool TargetIsSlice => true;

    /// <summary>What a channel is to be sent for a slice of the newest snapshot; the caller owns a reference.</summary>
    private protected virtual ResourceSlice? TargetOf(TypeChannel channel, ResourceSlice? next)
    {
        next?.AddReference();
        return next;
    }

    private protected abstract int StepCount { get; }

    /// <summary>Whether no step can have anything to write. False: that is not known.</summary>
    private protected virtual bool IsAtRest => false;

    private protected abstract bool TryStep(int step, IBufferWriter<byte> output, long now);

    internal void WakeAt(long time) => NextDeadline = Math.Min(NextDeadline, time);

    private protected void Reject(XdsRejection rejection)
    {
        _wasRejected = true;
        Owner.Rejected(rejection);
    }

    private protected long NextNonce() => ++_nonce;

    private protected void Count(XdsType type, int bytes)
    {
        LastType = type;
        ResponseBytes += bytes;
    }

    internal TypeChannel? Find(XdsType rules)
    {
        var place = _channels.PlaceOf(rules);
        return place < 0 ? null : _channels[place];
    }

    /// <summary>The channel of a type, which may have something to write afterwards.</summary>
    internal TypeChannel? FindToStir(XdsType rules)
    {
        var place = _channels.PlaceOf(rules);
        if (place < 0)
        {
            return null;
        }

        _channels.Stir(place);
        return _channels[place];
    }

    /// <summary>
    /// The channel of a type, opened by its first request, which is to be followed by <see cref="Begin"/>. Null when the client has too many types: the
    /// excess is ignored.
    /// </summary>
    private protected TypeChannel? Open(ReadOnlySpan<byte> typeUrl, out bool isFirst)
    {
        isFirst = false;
        if (typeUrl.IsEmpty)
        {
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "type URL is required for ADS");
        }

        var known = _channels.PlaceOf(typeUrl);
        if (known >= 0)
        {
            _channels.Stir(known);
            return _channels[known];
        }

        if (_channels.Count >= Options.MaxTypes)
        {
            return null;
        }

        isFirst = true;
        var rules = Types.Find(typeUrl, out var type);
        var channel = new TypeChannel(Engine, Types.Sent, rules, type);
        _channels.Insert(channel);
        _wrote |= _step > 0;
        _step = 0;
        return channel;
    }

    /// <summary>A type's first request is applied: whether the snapshot would leave the client without anything depends on what it says it has.</summary>
    private protected void Begin(TypeChannel channel)
    {
        if (channel.Type is { } type && _round is not null)
        {
            Retarget(channel, _round[type], _round.MayBeEmptied);
        }
    }

    /// <summary>Checks and keeps the node of a request.</summary>
    private protected void TakeNode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            if (Node is null)
            {
                throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "missing node information");
            }

            return;
        }

        if (Node is null)
        {
            Node = ClientNode.TryRead(encoded)
                ?? throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "missing node information: node.id is required");
            _nodeHash = ClientNode.HashOf(encoded);
            return;
        }

        if (encoded.SequenceEqual(Node.Encoded.Span) || ClientNode.HashOf(encoded) == _nodeHash)
        {
            return;
        }

        TakeChangedNode(encoded);
    }

    private void TakeChangedNode(ReadOnlySpan<byte> encoded)
    {
        var id = ClientNode.IdOf(encoded);
        if (!id.SequenceEqual(Encoding.UTF8.GetBytes(Node!.Id)))
        {
            if (Options.NodeIdMustStay && !id.IsEmpty)
            {
                throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "node.id must not change on a stream");
            }

            return;
        }

        Node = ClientNode.TryRead(encoded)
            ?? throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "malformed node");
        _nodeHash = ClientNode.HashOf(encoded);
        Owner.NodeChanged(Node);
    }

    /// <summary>Goes over to the newest snapshot, unless a type is being written. True when it is another one.</summary>
    private bool TakeNewest()
    {
        if (_cell is null || !_cell.IsNewerThan(_round) || _channels.IsMidway())
        {
            return false;
        }

        var newest = _cell.Acquire();
        if (newest is null)
        {
            // Withdrawn: what we do not know is no deletion.
            return false;
        }

        using var before = _round;
        _round = newest;
        var asBefore = TargetIsSlice && before?.MayBeEmptied == newest.MayBeEmptied ? before : null;
        for (var place = 0; place < _channels.Count; place++)
        {
            if (_channels.All[place].Type is { } type)
            {
                var slice = newest[type];
                if (slice is null || !ReferenceEquals(slice, asBefore?[type]))
                {
                    _channels.Stir(place);
                    Retarget(_channels[place], slice, newest.MayBeEmptied);
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Nothing is left to write: says so, and whether everything is answered. Again and again: a revision may come with a snapshot that was taken before
    /// it. What still waits for a deadline is not sent. A client that is starting has asked for some types only: it is judged by these.
    /// </summary>
    private void TellProgress()
    {
        if (NextDeadline != Never)
        {
            return;
        }

        _cell!.Received(_round!);
        if (!_channels.IsUnanswered())
        {
            _cell.Answered(_round!, _wasRejected);
            _wasRejected = false;
        }
    }

    private void Retarget(TypeChannel channel, ResourceSlice? next, bool mayBeEmptied)
    {
        var target = TargetOf(channel, next);
        if (!channel.Retarget(target, mayBeEmptied))
        {
            Owner.EmptyingHeldBack(channel.Rules);
        }

        if (target is not null)
        {
            Engine.Release(target);
        }
    }
}
