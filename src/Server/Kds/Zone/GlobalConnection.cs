using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Kds.Zone;

/// <summary>
/// One connection of a zone to Global: the five streams and the health check, opened at once. Whatever ends one of them ends all
/// (contract §4.1).
/// </summary>
internal sealed class GlobalConnection(GlobalChannel channel, Metadata headers, IZoneStreams streams, TimeProvider clock, Action connected)
{
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _healthPatience = TimeSpan.FromSeconds(10);

    private int _isConnected;
    private int _isWatched;

    /// <summary>Runs until the first stream ends.</summary>
    /// <returns>Why it ended; <see cref="StatusCode.OK"/>: the zone wants another one.</returns>
    public async Task<Status> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running =
        [
            StreamAsync(KdsMethods.ZoneToGlobal, streams.SendAsync, stop.Token),
            StreamAsync(KdsMethods.GlobalToZone, streams.ReceiveAsync, stop.Token),
            AdminAsync(KdsMethods.ConfigDumps, stop.Token),
            AdminAsync(KdsMethods.Stats, stop.Token),
            AdminAsync(KdsMethods.Clusters, stop.Token),
        ];
        var health = ReportHealthAsync(stop.Token);
        var first = await Task.WhenAny([.. running, FaultOfAsync(health, stop.Token)]);
        await stop.CancelAsync();
        var end = await OutcomeAsync(first);
        var others = await Task.WhenAll([.. running.Select(OutcomeAsync), OutcomeAsync(health)]);

        // The call that happened to end first may only say that the connection is gone; a refusal tells more.
        foreach (var status in others)
        {
            if (IsTelling(status.StatusCode) && !IsTelling(end.StatusCode) && end.StatusCode != StatusCode.OK)
            {
                end = status;
            }
        }

        return end;
    }

    private static bool IsTelling(StatusCode code) =>
        code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.FailedPrecondition or StatusCode.InvalidArgument;

    /// <summary>A health check that need not go on is no end; one that failed is.</summary>
    private static async Task FaultOfAsync(Task health, CancellationToken cancellationToken)
    {
        await health;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private static async Task<Status> OutcomeAsync(Task stream)
    {
        try
        {
            await stream;
            return new Status(StatusCode.Unavailable, "the global control plane ended a stream");
        }
        catch (RpcException e)
        {
            return Explain(e);
        }
        catch (ConnectAnewException e)
        {
            return new Status(StatusCode.OK, e.Message);
        }
        catch (Protocol.Kds.KdsProtocolException e)
        {
            return new Status((StatusCode)e.Status, e.Message);
        }
        catch (Exception e)
        {
            return new Status(StatusCode.Unavailable, e.Message);
        }
    }

    /// <summary>gRPC hides what TLS and sockets say in inner exceptions: the innermost tells an operator what to do.</summary>
    public static Status Explain(RpcException e)
    {
        var cause = e.Status.DebugException;
        while (cause?.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause is null || e.Status.Detail.Contains(cause.Message, StringComparison.Ordinal)
            ? e.Status
            : new Status(e.Status.StatusCode, $"{e.Status.Detail} ({cause.Message})");
    }

    private Task AdminAsync(Method<RawMessage, RawMessage> method, CancellationToken cancellationToken) =>
        StreamAsync(method, (questions, answers, token) => streams.AnswerAsync(method, questions, answers, token), cancellationToken);

    private async Task StreamAsync(
        Method<RawMessage, RawMessage> method,
        Func<IAsyncStreamReader<RawMessage>, IAsyncStreamWriter<RawMessage>, CancellationToken, Task> serve,
        CancellationToken cancellationToken)
    {
        using var call = channel.Calls.AsyncDuplexStreamingCall(method, null, new CallOptions(headers, cancellationToken: cancellationToken));
        var serving = serve(new NoticingReader(call.ResponseStream, LetIn), call.RequestStream, cancellationToken);
        var answering = WatchAsync(call, cancellationToken);
        var first = await Task.WhenAny(serving, answering);
        try
        {
            await first;
            await serving;
        }
        catch (Exception e) when (e is not RpcException and not ConnectAnewException && StatusOf(call) is { } status && status.StatusCode != StatusCode.OK)
        {
            // Writing into a call that the peer ended fails with less than the peer said.
            throw new RpcException(status);
        }
    }

    private static Status? StatusOf(AsyncDuplexStreamingCall<RawMessage, RawMessage> call)
    {
        try
        {
            return call.GetStatus();
        }
        catch (InvalidOperationException)
        {
            // It did not end yet.
            return null;
        }
    }

    /// <summary>Global let the zone in.</summary>
    private void LetIn()
    {
        if (Interlocked.Exchange(ref _isConnected, 1) == 0)
        {
            connected();
        }
    }

    /// <summary>Waits for the first answer, then for a silence that is too long. Ends only by a fault.</summary>
    private async Task WatchAsync(AsyncDuplexStreamingCall<RawMessage, RawMessage> call, CancellationToken cancellationToken)
    {
        // Headers alone say nothing: a call that is refused has some, too. Ours tell that they let the zone in.
        var answer = await call.ResponseHeadersAsync;
        if (double.TryParse(answer.GetValue(KdsHeaders.KeepAlive), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
        {
            LetIn();
            await WatchSilenceAsync(TimeSpan.FromSeconds(seconds), cancellationToken);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private async Task WatchSilenceAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        var most = (interval * 2) + _margin;
        if (Interlocked.Exchange(ref _isWatched, 1) != 0)
        {
            // One stream's watch is enough for the connection that all share.
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        while (true)
        {
            var silence = channel.Silence;
            if (silence >= most)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, $"nothing was received for {silence.TotalSeconds:0} s"));
            }

            await Task.Delay(most - silence, clock, cancellationToken);
        }
    }

    /// <summary>Reports health as often as Global wants it, which may be never.</summary>
    private async Task ReportHealthAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // No deadline, which would be a time of day.
            using var patience = new CancellationTokenSource(_healthPatience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            RawMessage answer;
            try
            {
                answer = await channel.Calls.AsyncUnaryCall(
                    KdsMethods.HealthCheck, null, new CallOptions(headers, cancellationToken: either.Token), RawMessage.Empty);
            }
            catch (RpcException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"a report of health was not answered within {_healthPatience.TotalSeconds:0} s"));
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
            {
                return;
            }

            var interval = IntervalOf(answer.Bytes);
            if (interval <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(interval, clock, cancellationToken);
        }
    }

    private static TimeSpan IntervalOf(ReadOnlyMemory<byte> answer)
    {
        var input = new CodedInputStream(answer.ToArray());
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1 && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                return Duration.Parser.ParseFrom(input.ReadBytes()).ToTimeSpan();
            }

            input.SkipLastField();
        }

        return TimeSpan.Zero;
    }

    /// <summary>Says when the first message arrives: a Global that is not ours tells by it that it let the zone in.</summary>
    private sealed class NoticingReader(IAsyncStreamReader<RawMessage> inner, Action arrived) : IAsyncStreamReader<RawMessage>
    {
        public RawMessage Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var hasMessage = await inner.MoveNext(cancellationToken);
            if (hasMessage)
            {
                arrived();
            }

            return hasMessage;
        }
    }
}
