using Google.Protobuf;
using Grpc.Core;
using Mesh.Global.Sync;
using Mesh.Global.Zones;
using Mesh.Model.Kinds;
using Mesh.Protocol.Kds;
using Mesh.Server.Hosting;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Rest;
using Mesh.Sync.Names;
using Mesh.Sync.Wire;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>The two streams of resources of each zone.</summary>
internal sealed class ZoneSyncStreams(
    GlobalSync sync, InstanceIdentity instance, KdsOptions options, KdsMetrics metrics, HeapTrim trim, TimeProvider clock, ILogger logger)
{
    private readonly ResponseShares _shares = new(ResponseShares.OfGlobal);

    // Of the process: reading what is held of a zone is work for processors. When all zones come back at once, one stays free for those that are there.
    private static readonly SemaphoreSlim _reading = new(Math.Max(1, Environment.ProcessorCount - 1));
    private readonly byte[] _node = NodeMetadata.Encode(instance, config: null);

    /// <summary>Sends a zone what it is to have.</summary>
    public async Task SendAsync(
        ZoneConnection connection, IAsyncStreamReader<RawMessage> requests, IAsyncStreamWriter<RawMessage> responses, CancellationToken cancellationToken)
    {
        KdsSender? sender = null;
        var pump = new SenderPump(clock, new ZoneSendObserver(connection, metrics, trim, logger), _shares)
        {
            Received = trim.Moved,
            Begun = () => connection.Describe(NodeMetadata.Decode(sender!.NodeMetadata)),
        };
        using (sender = new KdsSender(sync.Feed, connection.Zone, options, pump))
        {
            await pump.RunAsync(sender, requests, responses, cancellationToken);
        }
    }

    /// <summary>Gives a zone back what it once sent.</summary>
    public async Task CopyAsync(string zone, IAsyncStreamWriter<RawMessage> copies, CancellationToken cancellationToken)
    {
        await foreach (var resource in sync.OfZoneAsync(zone, cancellationToken))
        {
            if (KumaResourceCodec.Encode(resource, out _) is { } payload)
            {
                var copy = new CopiedResource(resource.Kind, SyncNames.OnWire(resource), UnsafeByteOperations.UnsafeWrap(payload));
                await copies.WriteAsync(new RawMessage(copy.Encode()), cancellationToken);
            }
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
        await _reading.WaitAsync(cancellationToken);
        try
        {
            foreach (var type in sync.ReceivedTypes)
            {
                receiver.Ask(type, isOurs ? await link.HeldAsync(type, cancellationToken) : null);
            }
        }
        finally
        {
            _reading.Release();
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
            trim.Moved(delivery.Resources.Sum(resource => (long)resource.Payload.Length));
            var result = await link.ApplyAsync(delivery);
            metrics.ResourcesSynced.Add(
                delivery.Resources.Count + delivery.Removed.Count, new("type", delivery.Type), new("direction", KdsDirections.ZoneToGlobal));
            metrics.AttributionRewrites.Add(link.AttributionRewrites - Interlocked.Exchange(ref rewrites, link.AttributionRewrites));
            if (result.Error is not null)
            {
                metrics.Rejected.Add(1, new("type", delivery.Type), new("direction", KdsDirections.ZoneToGlobal));
            }

            Report(connection, delivery.Type, result.Faults);
            return result.Error;
        }
    }

    /// <summary>Shows what is not taken in the zone's insight, and tells it once.</summary>
    private void Report(ZoneConnection connection, string type, IReadOnlyList<SyncFault> refused)
    {
        IReadOnlyList<KdsFault> faults =
        [
            .. refused.Take(ZoneConnection.MostFaultsPerType).Select(f => new KdsFault
            {
                Direction = KdsDirections.ZoneToGlobal, Type = type, Name = f.Name, Reason = f.Path.Length > 0 ? $"{f.Path}: {f.Message}" : f.Message,
            }),
        ];
        if (connection.ReportFaults(KdsDirections.ZoneToGlobal, type, faults) && faults.Count > 0)
        {
            KdsLog.RefusedOfZone(logger, connection.Zone, type, faults[0].Name ?? "", faults[0].Reason ?? "", faults.Count - 1);
        }
    }
}
