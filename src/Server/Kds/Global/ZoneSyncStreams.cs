using Grpc.Core;
using Mesh.Global.Sync;
using Mesh.Global.Zones;
using Mesh.Model.Kinds;
using Mesh.Protocol.Kds;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Rest;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>The two streams of resources of each zone.</summary>
internal sealed class ZoneSyncStreams(
    GlobalSync sync, InstanceIdentity instance, KdsOptions options, KdsMetrics metrics, TimeProvider clock, ILogger logger)
{
    private readonly byte[] _node = NodeMetadata.Encode(instance, config: null);

    /// <summary>Sends a zone what it is to have.</summary>
    public async Task SendAsync(
        ZoneConnection connection, IAsyncStreamReader<RawMessage> requests, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken)
    {
        KdsSender? sender = null;
        var pump = new SenderPump(clock, new ZoneSendObserver(connection, metrics, logger))
        {
            Begun = () => connection.Describe(NodeMetadata.Decode(sender!.NodeMetadata)),
        };
        using (sender = new KdsSender(sync.Feed, connection.Zone, options, pump))
        {
            await pump.RunAsync(sender, requests, responses, cancellationToken);
        }
    }

    /// <summary>Takes what a zone has. What it sends is stored as its own, whatever it says.</summary>
    public async Task ReceiveAsync(
        ZoneConnection connection, IAsyncStreamReader<RawMessage> responses, IAsyncStreamWriter<RawMessage> requests, CancellationToken cancellationToken)
    {
        await using var link = sync.Connect(connection.Zone);
        var receiver = new KdsReceiver(connection.Zone, _node, options);

        // Only ours tell the id of their store, and only ours send differences to what is held.
        var isOurs = connection.Hello.StoreId.Length > 0;
        foreach (var type in sync.ReceivedTypes)
        {
            receiver.Ask(type, isOurs ? await link.HeldAsync(type, cancellationToken) : null);
        }

        var rewrites = 0L;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.ReconnectRequested);
        try
        {
            await new ReceiverPump(receiver, ApplyAsync).RunAsync(responses, requests, stop.Token);
        }
        catch (Exception) when (link.ReconnectRequested.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It was stopped; the reason is below.
        }

        if (link.ReconnectRequested.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "a mesh was made anew: connect again"));
        }

        async Task<string?> ApplyAsync(KdsDelivery delivery)
        {
            var result = await link.ApplyAsync(delivery);
            metrics.ResourcesSynced.Add(
                delivery.Resources.Count + delivery.Removed.Count, new("type", delivery.Type), new("direction", KdsDirections.ZoneToGlobal));
            metrics.AttributionRewrites.Add(link.AttributionRewrites - Interlocked.Exchange(ref rewrites, link.AttributionRewrites));
            if (result.Error is not null)
            {
                metrics.Rejected.Add(1, new("type", delivery.Type), new("direction", KdsDirections.ZoneToGlobal));
            }

            connection.ReportFaults(
                KdsDirections.ZoneToGlobal,
                delivery.Type,
                [.. result.Faults.Select(f => new KdsFault
                {
                    Direction = KdsDirections.ZoneToGlobal, Type = delivery.Type, Name = f.Name, Reason = f.Path.Length > 0 ? $"{f.Path}: {f.Message}" : f.Message,
                })]);
            return result.Error;
        }
    }
}
