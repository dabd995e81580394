using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Mesh.Global.Zones;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Kds.Global;

/// <summary>
/// The streams over which zones answer questions about their proxies (contract §4.5). A question goes over the newest stream of the
/// zone; questions of many callers share it. Safe for concurrent use.
/// </summary>
internal sealed class AdminStreams(TimeProvider clock)
{
    /// <summary>How long a zone may take to answer: longer than it waits for its proxy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MostWaiting = 1000;

    private readonly ConcurrentDictionary<(string Zone, ZoneStreamKind Kind), Stream> _streams = new();

    /// <summary>Asks a zone.</summary>
    /// <exception cref="AdminStreamException">There is no stream, it broke, or the answer did not come in time.</exception>
    public async Task<AdminAnswer> AskAsync(string zone, ZoneStreamKind kind, AdminQuestion question, CancellationToken cancellationToken)
    {
        if (!_streams.TryGetValue((zone, kind), out var stream))
        {
            throw new AdminStreamException($"zone {zone} is not connected");
        }

        var asked = question with { RequestId = Guid.NewGuid().ToString() };
        var answer = stream.AskAsync(asked);
        try
        {
            return await answer.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new AdminStreamException($"zone {zone} did not answer within {Patience.TotalSeconds:0} s");
        }
        finally
        {
            stream.Forget(asked.RequestId);
        }
    }

    /// <summary>Serves one stream until it ends.</summary>
    public async Task ServeAsync(
        string zone, ZoneStreamKind kind, IAsyncStreamReader<RawMessage> answers, IAsyncStreamWriter<RawMessage> questions, CancellationToken cancellationToken)
    {
        var stream = new Stream(zone);
        _streams[(zone, kind)] = stream;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = stream.ReadAsync(answers, stop.Token);
        var writing = stream.WriteAsync(questions, stop.Token);
        try
        {
            await StreamHalves.JoinAsync(reading, writing, stop, () => { });
        }
        finally
        {
            _streams.TryRemove(new((zone, kind), stream));
            stream.Fail();
        }
    }

    private sealed class Stream(string zone)
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<AdminAnswer>> _waiting = new(StringComparer.Ordinal);

        // Who gave up waiting is no longer counted there; a zone that reads nothing must not make this grow.
        private readonly Channel<AdminQuestion> _questions = Channel.CreateBounded<AdminQuestion>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        private volatile bool _isBroken;

        public Task<AdminAnswer> AskAsync(AdminQuestion question)
        {
            var answer = new TaskCompletionSource<AdminAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_waiting.Count >= MostWaiting)
            {
                throw TooMany();
            }

            _waiting[question.RequestId] = answer;
            var isSent = _questions.Writer.TryWrite(question);
            if (!isSent || _isBroken)
            {
                answer.TrySetException(_isBroken ? Broken() : TooMany());
            }

            return answer.Task;
        }

        public void Forget(string requestId) => _waiting.TryRemove(requestId, out _);

        public void Fail()
        {
            _isBroken = true;
            _questions.Writer.TryComplete();
            foreach (var answer in _waiting.Values)
            {
                answer.TrySetException(Broken());
            }
        }

        public async Task ReadAsync(IAsyncStreamReader<RawMessage> answers, CancellationToken cancellationToken)
        {
            while (await answers.MoveNext(cancellationToken))
            {
                AdminAnswer answer;
                try
                {
                    answer = AdminAnswer.Decode(answers.Current.Bytes);
                }
                catch (InvalidProtocolBufferException e)
                {
                    throw new RpcException(new Status(StatusCode.InvalidArgument, "an answer cannot be read: " + e.Message));
                }

                if (_waiting.TryGetValue(answer.RequestId, out var waiting))
                {
                    waiting.TrySetResult(answer);
                }
            }
        }

        public async Task WriteAsync(IAsyncStreamWriter<RawMessage> questions, CancellationToken cancellationToken)
        {
            await foreach (var question in _questions.Reader.ReadAllAsync(cancellationToken))
            {
                await questions.WriteAsync(new RawMessage(question.Encode()), cancellationToken);
            }
        }

        private AdminStreamException TooMany() => new($"too many questions to zone {zone} are unanswered");

        private AdminStreamException Broken() => new($"the connection to zone {zone} broke before it answered");
    }
}
