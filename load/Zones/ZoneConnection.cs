using System.Net;
using System.Net.Sockets;
using Mesh.Load.Http2;
using Mesh.Load.Sockets;

namespace Mesh.Load.Zones;

/// <summary>The connection of a simulated zone with the two streams that carry resources. Its worker's thread alone touches it.</summary>
internal sealed class ZoneConnection(SimulatedZone zone, ZoneWorker worker) : IDisposable
{
    private const string Service = "/kuma.mesh.v1alpha1.KDSSyncService/";

    private GrpcConnection? _connection;
    private ZoneUplink? _uplink;

    public SimulatedZone Zone => zone;

    public ZoneWorker Worker => worker;

    /// <summary>Bytes that came over this connection, frames included.</summary>
    public long ReceivedBytes => _connection?.ReceivedBytes ?? 0;

    /// <summary>Whether Global has taken everything that the zone has.</summary>
    public bool HasDelivered => _uplink is not null && _uplink.Delivered >= zone.Resources.Count;

    /// <summary>Whether Global has asked for everything that the zone may have.</summary>
    public bool IsAsked => _uplink is { IsAsked: true };

    public void Open(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        (string, string)[] metadata = [("client-id", zone.Name), ("kds-version", "v3"), ("zone-version", "v3"), ("store-id", "store-" + zone.Name), ("version", "load")];
        _uplink = new ZoneUplink(zone, worker, worker.Reactor, worker.Message);
        _connection = new GrpcConnection(
            [
                new GrpcCall(HeaderBlock.OfCall(Service + "ZoneToGlobalSync", false, "localhost", metadata), _uplink),
                new GrpcCall(HeaderBlock.OfCall(Service + "GlobalToZoneSync", false, "localhost", metadata), new ZoneDownlink(zone, worker, worker.Reactor, worker.Message)),
            ],
            worker.Output,
            (_, _) => { });
        new SocketLink(worker.Reactor, socket, _connection).Open();
    }

    public void Dispose() => Close();

    public void Close()
    {
        _connection?.Close();
        _uplink?.Dispose();
        (_connection, _uplink) = (null, null);
    }
}
