using System.Text;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>
/// One type of a sender's stream: where it is in the feed, what is in flight, what was rejected. Three parts can be owed:
/// the names that the peer holds and that are gone, what changed after <see cref="_position"/>, and what was rejected, which
/// is sent again after a backoff from its own position while new changes go on.
/// </summary>
internal sealed class KdsChannel(ReadOnlySpan<byte> name, ResourceType? type)
{
    /// <summary>Bytes of gone names that leave room for a resource.</summary>
    public const int LongList = 64 * 1024;

    private readonly List<byte[]> _gone = [];
    private List<byte[]>? _reports;
    private RejectedRange _rejected = RejectedRange.None;
    private RejectedRange _retrying = RejectedRange.None;
    private Flight _flight;
    private long _position;
    private int _goneSent;
    private int _rejections;
    private bool _firstSetIsOver;

    /// <summary>Bare type name.</summary>
    public string Name { get; } = Encoding.UTF8.GetString(name);

    /// <summary>The same as the peer wrote it.</summary>
    public byte[] NameBytes { get; } = name.ToArray();

    /// <summary>Its number; null: a type that this side does not have. It is answered once, with nothing.</summary>
    public ResourceType? Type { get; } = type;

    /// <summary>The peer has said what it holds and wants responses.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The feed was asked for the type: what the peer holds was compared.</summary>
    public bool IsSubscribed { get; private set; }

    public long SentCount { get; private set; }

    public long AcceptedCount { get; private set; }

    public long RejectedCount { get; private set; }

    public long ResourceCount { get; private set; }

    public string? LastError { get; private set; }

    public bool AwaitsAnswer => _flight.Nonce != 0;

    /// <summary>When what was rejected is sent again; never where nothing was sent, of a type that this side does not have.</summary>
    public long RetryAt { get; private set; } = KdsSender.Never;

    /// <summary>Sequence of types in which they are written.</summary>
    public int Order => Type?.Id ?? TypeTable.Capacity;

    /// <summary>Bytes of reports that wait for the feed to be complete.</summary>
    public int KeepReport(ReadOnlySpan<byte> request)
    {
        (_reports ??= []).Add(request.ToArray());
        return request.Length;
    }

    /// <summary>Asks the feed for the type and compares what was reported before it was complete.</summary>
    public void Subscribe(FeedReader reader)
    {
        if (Type is not { } type || IsSubscribed)
        {
            return;
        }

        IsSubscribed = true;
        reader.Subscribe(type);
        foreach (var report in _reports ?? [])
        {
            if (DeltaRequest.TryParse(report, out var request))
            {
                Compare(reader, request.InitialVersions);
            }
        }

        _reports = null;
    }

    /// <summary>Compares what the peer holds with the feed.</summary>
    public void Compare(FeedReader reader, VersionWalk versions)
    {
        while (versions.MoveNext())
        {
            if (!versions.Name.IsEmpty && !reader.Holds(Type!.Value, versions.Name, VersionId.OfText(versions.Version)))
            {
                _gone.Add(versions.Name.ToArray());
            }
        }
    }

    /// <summary>Collects the next response. False when there is nothing to send now; else it is sent: see <see cref="Sent"/>.</summary>
    /// <param name="reader">The stream's reader.</param>
    /// <param name="plan">Receives it.</param>
    /// <param name="wholeFirstSet">Whether the first set must be one response.</param>
    /// <param name="budget">Bytes of a response.</param>
    /// <param name="now">Time.</param>
    public bool TryPlan(FeedReader reader, KdsPlan plan, bool wholeFirstSet, int budget, long now)
    {
        plan.Clear();
        if (AwaitsAnswer)
        {
            return false;
        }

        if (Type is not { } type)
        {
            return SentCount == 0;
        }

        if (wholeFirstSet && !_firstSetIsOver)
        {
            budget = int.MaxValue;
        }

        BeginRetry(now);
        _flight = new Flight { GoneFrom = _goneSent, From = _position, To = _position };
        TakeGone(reader, type, plan, budget);
        if (_retrying.HasPositions && TryTakeRetry(reader, type, plan, budget))
        {
            return true;
        }

        // Many gone names travel alone: the first resource of a batch is taken whatever its size.
        var isLong = plan.Bytes > LongList;
        if (!isLong && reader.IsBehind(type, _position))
        {
            _flight.To = _position = reader.Read(type, _position, long.MaxValue, budget - plan.Bytes, plan.Changes);
        }

        plan.MoreFollows = !_firstSetIsOver && (plan.Changes.HasMore || isLong);
        if (!plan.IsEmpty || !_firstSetIsOver)
        {
            _firstSetIsOver = !plan.MoreFollows;
            return true;
        }

        Settle(reader);
        return false;
    }

    /// <summary>The planned response was written.</summary>
    public void Sent(long nonce, int resources)
    {
        _flight.Nonce = nonce;
        SentCount++;
        ResourceCount += resources;
    }

    /// <summary>Takes the answer to the response in flight; false when the nonce is not that one's.</summary>
    public bool TryAnswer(FeedReader reader, long nonce, string? error, long now, KdsOptions options)
    {
        if (nonce == 0 || nonce != _flight.Nonce)
        {
            return false;
        }

        _flight.Nonce = 0;
        if (_flight.IsRetry)
        {
            _retrying.From = _flight.To;
        }

        if (error is null)
        {
            AcceptedCount++;
            ForgetRejections();
        }
        else
        {
            RejectedCount++;
            LastError = error;
            _rejected.Add(_flight.From, _flight.To, _flight.GoneFrom, _goneSent);
            RetryAt = Type is null ? KdsSender.Never : Math.Min(RetryAt, now + BackoffOf(_rejections++, options));
        }

        Settle(reader);
        return true;
    }

    private static long BackoffOf(int rejections, KdsOptions options) =>
        Math.Min(options.RejectionBackoffMax, (long)options.RejectionBackoff << Math.Min(rejections, 20));

    private void ForgetRejections()
    {
        if (_rejected.IsNone && !_retrying.HasPositions)
        {
            _rejections = 0;
            LastError = null;
        }
    }

    private void BeginRetry(long now)
    {
        if (now < RetryAt || _retrying.HasPositions)
        {
            return;
        }

        _retrying = _rejected;
        _rejected = RejectedRange.None;
        RetryAt = KdsSender.Never;
        _goneSent = Math.Min(_goneSent, _retrying.GoneFrom);
        _retrying.GoneFrom = RejectedRange.None.GoneFrom;
    }

    private void TakeGone(FeedReader reader, ResourceType type, KdsPlan plan, int budget)
    {
        for (; _goneSent < _gone.Count; _goneSent++)
        {
            var name = _gone[_goneSent];
            if (plan.Bytes + name.Length > budget && !plan.IsEmpty)
            {
                return;
            }

            // It may have come back since the peer reported: then it was or will be sent as a change.
            if (!reader.Sees(type, name))
            {
                plan.AddGone(name, FieldWriter.SizeOfBytes(name.Length));
            }
        }
    }

    private bool TryTakeRetry(FeedReader reader, ResourceType type, KdsPlan plan, int budget)
    {
        _flight.From = _retrying.From;
        _flight.To = reader.Read(type, _retrying.From, _retrying.To, budget, plan.Changes);
        _flight.IsRetry = true;
        if (!plan.IsEmpty)
        {
            return true;
        }

        // All of it changed again or is gone.
        _retrying = RejectedRange.None;
        ForgetRejections();
        _flight = new Flight { GoneFrom = _goneSent, From = _position, To = _position };
        return false;
    }

    /// <summary>Lets the feed and the list of gone names forget what is behind.</summary>
    private void Settle(FeedReader reader)
    {
        if (Type is not { } type || AwaitsAnswer)
        {
            return;
        }

        var floor = _position;
        floor = _rejected.HasPositions ? Math.Min(floor, _rejected.From) : floor;
        floor = _retrying.HasPositions ? Math.Min(floor, _retrying.From) : floor;
        reader.Pass(type, floor);
        if (_goneSent == _gone.Count && _rejected.IsNone)
        {
            _gone.Clear();
            _goneSent = 0;
        }
    }

    private struct Flight
    {
        public long Nonce;
        public long From;
        public long To;
        public int GoneFrom;
        public bool IsRetry;
    }
}
