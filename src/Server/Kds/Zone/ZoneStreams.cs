using Google.Protobuf;
using Grpc.Core;
using Mesh.Model.Kinds;
using Mesh.Protocol.Kds;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds.Wire;
using Mesh.Zone.Sync;

namespace Mesh.Server.Kds.Zone;

/// <summary>The streams of one connection of a zone: they move between the zone's own parts and the wire.</summary>
internal sealed class ZoneStreams(ZoneSyncParts parts) : IZoneStreams
{
    private const int MostAnswersAtOnce = 16;

    /// <inheritdoc/>
    public Task PrepareAsync(CallInvoker calls, Metadata headers, CancellationToken cancellationToken) =>
        parts.Restoration.FetchAsync(calls, headers, cancellationToken);

    /// <inheritdoc/>
    public async Task ReceiveAsync(IAsyncStreamReader<RawMessage> responses, IAsyncStreamWriter<RawMessage> requests, CancellationToken cancellationToken)
    {
        await using var link = parts.Sync.Connect();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.ReconnectRequested);
        var receiver = new KdsReceiver(parts.Zone, parts.Node, parts.Options);
        foreach (var type in parts.Sync.ReceivedTypes)
        {
            receiver.Ask(type, parts.GlobalKnowsVersions ? await link.HeldAsync(type, cancellationToken) : null);
        }

        parts.Received = () => link.Status;
        try
        {
            await new ReceiverPump(receiver, delivery => ApplyAsync(link, delivery, stop.Token)).RunAsync(responses, requests, stop.Token);
        }
        catch (KdsPeerChangedException e)
        {
            parts.GlobalKnowsVersions = e.KnowsVersions;
            throw;
        }
        catch (Exception) when (link.ReconnectRequested.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It was stopped; the reason is below.
        }

        if (link.ReconnectRequested.IsCancellationRequested)
        {
            throw new ConnectAnewException(link.ReconnectReason);
        }
    }

    /// <inheritdoc/>
    public async Task SendAsync(IAsyncStreamReader<RawMessage> requests, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken)
    {
        await parts.Restoration.Settled.WaitAsync(cancellationToken);
        if (parts.Restoration.HasRestored)
        {
            // What is half computed again must not be what others hear.
            await parts.FirstSync.Completion.WaitAsync(cancellationToken);
        }

        var pump = new SenderPump(parts.Clock, new GlobalSendObserver(parts.Metrics, parts.Logger));
        using var sender = new KdsSender(parts.Sync.Feed, ZoneSyncParts.Audience, parts.Options, pump);
        parts.Sent = () => pump.StatusOf(sender);
        try
        {
            await pump.RunAsync(sender, requests, responses, cancellationToken);
        }
        finally
        {
            var last = pump.StatusOf(sender);
            parts.Sent = () => last;
        }
    }

    /// <inheritdoc/>
    public async Task AnswerAsync(
        Method<RawMessage, RawMessage> method, IAsyncStreamReader<RawMessage> questions, IAsyncStreamWriter<RawMessage> answers, CancellationToken cancellationToken)
    {
        var kind = method == KdsMethods.ConfigDumps ? ProxyQuestionKind.ConfigDump
            : method == KdsMethods.Stats ? ProxyQuestionKind.Stats
            : ProxyQuestionKind.Clusters;
        using var writing = new SemaphoreSlim(1);
        using var room = new SemaphoreSlim(MostAnswersAtOnce);
        var running = new HashSet<Task>();
        try
        {
            while (await questions.MoveNext(cancellationToken))
            {
                AdminQuestion question;
                try
                {
                    question = AdminQuestion.Decode(questions.Current.Bytes);
                }
                catch (InvalidProtocolBufferException e)
                {
                    throw new RpcException(new Status(StatusCode.InvalidArgument, "a question cannot be read: " + e.Message));
                }

                await room.WaitAsync(cancellationToken);
                running.RemoveWhere(task => task.IsCompleted);
                running.Add(AnswerAsync(kind, question, answers, writing, room, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task AnswerAsync(
        ProxyQuestionKind kind, AdminQuestion question, IAsyncStreamWriter<RawMessage> answers, SemaphoreSlim writing, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await parts.Answers.AnswerAsync(kind, question, cancellationToken);
            await writing.WaitAsync(cancellationToken);
            try
            {
                await answers.WriteAsync(new RawMessage(answer.Encode()), cancellationToken);
            }
            finally
            {
                writing.Release();
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The stream ended: nobody waits for the answer.
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<string?> ApplyAsync(GlobalLink link, KdsDelivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Type != MeshKind.Name)
        {
            // What is made of Global's resources must find what was made of them before.
            await parts.Restoration.Applied.WaitAsync(cancellationToken);
        }

        var result = await link.ApplyAsync(delivery);
        parts.Metrics.ResourcesSynced.Add(
            delivery.Resources.Count + delivery.Removed.Count, new("type", delivery.Type), new("direction", KdsDirections.GlobalToZone));
        if (result.Error is null)
        {
            parts.FirstSync.Applied(delivery.Type, delivery.MoreFollows);
        }
        else
        {
            parts.Metrics.Rejected.Add(1, new("type", delivery.Type), new("direction", KdsDirections.GlobalToZone));
        }

        if (delivery.Type == MeshKind.Name && !delivery.MoreFollows)
        {
            await parts.Restoration.ApplyAsync(result, cancellationToken);
        }

        return result.Error;
    }
}
