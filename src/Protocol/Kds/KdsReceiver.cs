using System.Buffers;
using System.Text;
using Mesh.Engine;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>
/// The asking half of a stream between control planes, as a state machine over bytes: delta xDS with a wildcard subscription
/// per type. The zone asks in <c>GlobalToZoneSync</c>, Global in <c>ZoneToGlobalSync</c>. No sockets, no tasks, no clock.
/// Not safe for concurrent use. Order: <see cref="Ask"/> each type, write requests while <see cref="TryWrite"/> does,
/// give each response to <see cref="Receive"/>, apply the delivery, answer it, write again.
/// </summary>
public sealed class KdsReceiver
{
    /// <summary>Responses of a type that may wait for their answer. Senders wait after one; who does not would fill our memory.</summary>
    private const int MostUnanswered = 4;

    private readonly KdsOptions _options;
    private readonly KdsRequestWriter _writer;
    private readonly Dictionary<string, KdsQuestion> _questions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KdsQuestion>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Queue<KdsQuestion> _unasked = [];
    private readonly Queue<Answer> _unanswered = [];
    private bool _nodeSent;

    /// <summary>The asking half of a new stream.</summary>
    /// <param name="nodeId"><c>node.id</c>: the zone's name in both directions.</param>
    /// <param name="nodeMetadata">
    /// Encoded <c>google.protobuf.Struct</c> of <c>node.metadata</c>. Its string field <c>store-id</c> says that this is one of
    /// ours: without it a peer of ours sends each first set in one response, like Kuma.
    /// </param>
    /// <param name="options">Limits.</param>
    public KdsReceiver(string nodeId, ReadOnlyMemory<byte> nodeMetadata, KdsOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _writer = new KdsRequestWriter(nodeId, nodeMetadata.Span);
        _lookup = _questions.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether the peer honours held versions (it is one of ours); null before its first response.</summary>
    public bool? PeerKnowsVersions { get; private set; }

    /// <summary>Asks for everything of a type, once per stream.</summary>
    /// <param name="type">Bare type name.</param>
    /// <param name="held">
    /// Name and version of everything held from this peer (a version that is not known: any text): only differences come, and
    /// what is held and gone comes as removed. Null: as Kuma asks; the first response is a full set. Not copied: keep it as it
    /// is until the requests are written.
    /// </param>
    public void Ask(string type, IReadOnlyCollection<KeyValuePair<string, string>>? held)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        var question = new KdsQuestion(type, held);
        _questions.Add(type, question);
        _unasked.Enqueue(question);
    }

    /// <summary>Writes at most one request (without gRPC's prefix): asks first, then answers. False when there is none.</summary>
    public bool TryWrite(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_unasked.TryPeek(out var question))
        {
            var withMetadata = _options.NodeOnce ? !_nodeSent : !question.HasSentNode;
            if (_writer.WriteQuestion(output, question, withMetadata, _options.RequestBudget))
            {
                _unasked.Dequeue();
            }

            _nodeSent = true;
            question.HasSentNode = true;
            return true;
        }

        if (_unanswered.TryDequeue(out var answer))
        {
            _writer.WriteAnswer(output, answer.Type, answer.Nonce, answer.Error);
            return true;
        }

        return false;
    }

    /// <summary>Takes one response (without gRPC's prefix); the delivery refers to its bytes.</summary>
    /// <exception cref="KdsPeerChangedException">Connect again and ask the other way.</exception>
    /// <exception cref="KdsProtocolException">The stream must end with this status.</exception>
    public KdsDelivery Receive(ReadOnlyMemory<byte> response)
    {
        if (response.Length > _options.MaxMessageLength)
        {
            throw new KdsProtocolException(GrpcStatusCode.ResourceExhausted, $"a response of {response.Length} bytes; at most {_options.MaxMessageLength}");
        }

        if (!KdsResponse.TryParse(response.Span, out var parsed))
        {
            throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, "malformed DeltaDiscoveryResponse");
        }

        var question = QuestionOf(parsed.TypeUrl);
        if (parsed.Nonce.IsEmpty || parsed.Nonce.Length > 1024)
        {
            throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, $"{question.Type}: a response without a usable nonce");
        }

        if (question.Unanswered >= MostUnanswered)
        {
            throw new KdsProtocolException(GrpcStatusCode.ResourceExhausted, $"{question.Type}: more than {MostUnanswered} responses that are not answered yet");
        }

        var knowsVersions = parsed.SystemVersion.SequenceEqual(KdsMarker.Differences) || parsed.SystemVersion.SequenceEqual(KdsMarker.MoreFollows);
        var moreFollows = parsed.SystemVersion.SequenceEqual(KdsMarker.MoreFollows);
        CheckWayOfAnswering(question, knowsVersions, moreFollows);
        PeerKnowsVersions = knowsVersions;
        question.Unanswered++;
        var isFirst = question.Responses++ == 0;
        question.MoreFollows = moreFollows && (isFirst || question.MoreFollows);
        return Read(response, question, parsed, isFirst, isFullSet: isFirst && !(knowsVersions && question.KnowsVersions));
    }

    /// <summary>The delivery is applied: acknowledges it. With <see cref="KdsDelivery.Faults"/> it is rejected with their text.</summary>
    public void Accept(KdsDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        Enqueue(delivery, delivery.Faults.Count == 0 ? null : string.Join("; ", delivery.Faults));
    }

    /// <summary>
    /// The delivery, or a part of it, could not be applied: answers with this error. The sender sends what was in it again
    /// after a backoff, and what changes at once. Names that a full set says are gone by leaving them out are not said again:
    /// when they were not removed, connect again once they can be.
    /// </summary>
    public void Reject(KdsDelivery delivery, string message)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentException.ThrowIfNullOrEmpty(message);
        Enqueue(delivery, delivery.Faults.Count == 0 ? message : $"{message}; {string.Join("; ", delivery.Faults)}");
    }

    private static void CheckWayOfAnswering(KdsQuestion question, bool knowsVersions, bool moreFollows)
    {
        if (question.ReportsHeld && !knowsVersions)
        {
            throw new KdsPeerChangedException(knowsVersions: false, $"{question.Type}: held versions were reported to a peer that does not say that it honours them");
        }

        if (!question.KnowsVersions && moreFollows)
        {
            throw new KdsPeerChangedException(knowsVersions: true, $"{question.Type}: a full set was asked for and comes in parts");
        }
    }

    private KdsQuestion QuestionOf(ReadOnlySpan<byte> typeUrl)
    {
        Span<char> type = stackalloc char[256];
        if (Encoding.UTF8.TryGetChars(typeUrl, type, out var length) && _lookup.TryGetValue(type[..length], out var question))
        {
            return question;
        }

        throw new KdsProtocolException(GrpcStatusCode.InvalidArgument, "a response of a type that was not asked for");
    }

    private static KdsDelivery Read(ReadOnlyMemory<byte> message, KdsQuestion question, in KdsResponse response, bool isFirst, bool isFullSet)
    {
        var resources = new List<KdsResource>(response.ResourceCount);
        var removed = response.RemovedCount == 0 ? null : new List<string>(response.RemovedCount);
        List<string>? faults = null;
        var reader = new FieldReader(message.Span);
        while (reader.Next())
        {
            if (reader.Field == KdsResponse.ResourcesField)
            {
                if (ResourceParser.TryRead(message, reader.Bytes, ResourceEngine.MaxNameLength, out var resource, out var fault))
                {
                    resources.Add(resource);
                }
                else
                {
                    (faults ??= []).Add(fault);
                }
            }
            else if (reader.Field == KdsResponse.RemovedField)
            {
                removed!.Add(Encoding.UTF8.GetString(reader.Bytes));
            }
        }

        return new KdsDelivery(question.Type, Encoding.UTF8.GetString(response.Nonce))
        {
            Resources = resources,
            Removed = removed ?? [],
            IsFirst = isFirst,
            IsFullSet = isFullSet && faults is null,
            MoreFollows = question.MoreFollows,
            Faults = faults ?? [],
        };
    }

    private void Enqueue(KdsDelivery delivery, string? error)
    {
        _questions[delivery.Type].Unanswered--;
        _unanswered.Enqueue(new Answer(delivery.Type, delivery.Nonce, error is null ? null : KdsErrorText.Write(error, _options.MaxErrorLength)));
    }

    private readonly record struct Answer(string Type, string Nonce, byte[]? Error);
}
