using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Hosting.Rehearsing;

/// <summary>A proxy of a rehearsal: as much of HTTP/2 and of discovery as our own server asks of a client that accepts everything.</summary>
internal sealed class RehearsedProxy : IAsyncDisposable
{
    private const int StreamId = 1;
    private const int PrefixSize = 5;

    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly byte[] _payload = new byte[FrameHeader.MaxPayload];
    private readonly HashSet<string> _clusters = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _configured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _listens;
    private Task _running = Task.CompletedTask;

    private RehearsedProxy(Stream stream) => _stream = stream;

    /// <summary>Completes when it has clusters, their endpoints and listeners.</summary>
    public Task Configured => _configured.Task;

    /// <summary>Opens a stream, and accepts what comes until the proxy is disposed.</summary>
    /// <param name="server">Where.</param>
    /// <param name="certificate">What the server must show; null: it has no TLS.</param>
    /// <param name="id">The node's id, MESH.NAME.</param>
    /// <param name="dataplane">The Dataplane that the proxy brings along.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The server could not be reached.</exception>
    public static async Task<RehearsedProxy> ConnectAsync(Uri server, X509Certificate2? certificate, string id, string dataplane, CancellationToken cancellationToken)
    {
        var metadata = new Struct();
        metadata.Fields["dataplane.proxyType"] = Value.ForString("dataplane");
        metadata.Fields["dataplane.resource"] = Value.ForString(dataplane);
        metadata.Fields["dataplane.admin.port"] = Value.ForString("9901");
        metadata.Fields["dataplane.readinessReporter.port"] = Value.ForString("9902");
        metadata.Fields["workdir"] = Value.ForString("/tmp");
        var node = new Node { Id = id, UserAgentName = "envoy", Metadata = metadata };
        var proxy = new RehearsedProxy(await ConnectAsync(server, certificate, cancellationToken));
        try
        {
            await proxy._stream.WriteAsync(Opening(certificate is null ? "http" : "https"), cancellationToken);
            await proxy.SendAsync(new DeltaDiscoveryRequest { Node = node, TypeUrl = XdsTypes.Cluster.Url }, cancellationToken);
            proxy._running = proxy.RunAsync(cancellationToken);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Leaves.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _running;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var response = await ReadAsync(cancellationToken);
                await SendAsync(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }, cancellationToken);
                await TakeAsync(response, cancellationToken);
            }
        }
        catch (Exception end)
        {
            // Mostly that it leaves; whatever else it is, who waits for the proxy is told.
            _configured.TrySetException(end);
            // Nobody may be waiting.
            _ = _configured.Task.Exception;
        }
    }

    /// <summary>Clusters have endpoints, and what has both listens.</summary>
    private async Task TakeAsync(DeltaDiscoveryResponse response, CancellationToken cancellationToken)
    {
        if (response.TypeUrl == XdsTypes.Cluster.Url)
        {
            var request = new DeltaDiscoveryRequest { TypeUrl = XdsTypes.Endpoint.Url };
            request.ResourceNamesSubscribe.AddRange(response.Resources.Select(cluster => cluster.Name).Where(_clusters.Add));
            if (request.ResourceNamesSubscribe.Count > 0)
            {
                await SendAsync(request, cancellationToken);
            }
        }
        else if (response.TypeUrl == XdsTypes.Listener.Url)
        {
            _configured.TrySetResult();
        }
        else if (response.TypeUrl == XdsTypes.Endpoint.Url && !_listens)
        {
            _listens = true;
            await SendAsync(new DeltaDiscoveryRequest { TypeUrl = XdsTypes.Listener.Url }, cancellationToken);
        }
    }

    private static async Task<Stream> ConnectAsync(Uri server, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (certificate is null)
            {
                return stream;
            }

            var hash = certificate.GetCertHashString();
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, shown, _, _) => shown?.GetCertHashString() == hash);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellationToken);
            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What opens a connection and a call on it; the client takes as much as there is.</summary>
    private static byte[] Opening(string scheme)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(FrameHeader.Preface);
        Span<byte> setting = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(setting, 4);
        BinaryPrimitives.WriteInt32BigEndian(setting[2..], int.MaxValue);
        WriteFrame(bytes, FrameType.Settings, 0, 0, setting);
        Span<byte> room = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(room, int.MaxValue - Http2Settings.DefaultWindow);
        WriteFrame(bytes, FrameType.WindowUpdate, 0, 0, room);
        WriteFrame(bytes, FrameType.Headers, FrameHeader.EndHeaders, StreamId, HeadersOf(scheme));
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Fields as literals that are not remembered (RFC 7541, section 6.2.2). All are shorter than 127 bytes.</summary>
    private static byte[] HeadersOf(string scheme)
    {
        (string Name, string Value)[] fields =
        [
            (":method", "POST"), (":scheme", scheme), (":path", "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources"),
            (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
        ];
        return [.. fields.SelectMany(field => new byte[] { 0 }.Concat(Text(field.Name)).Concat(Text(field.Value)))];

        static IEnumerable<byte> Text(string text) => Encoding.ASCII.GetBytes(text).Prepend((byte)text.Length);
    }

    private static void WriteFrame(ArrayBufferWriter<byte> to, FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        FrameHeader.Write(to.GetSpan(FrameHeader.Size), payload.Length, type, flags, stream);
        to.Advance(FrameHeader.Size);
        to.Write(payload);
    }

    private async Task SendAsync(DeltaDiscoveryRequest request, CancellationToken cancellationToken)
    {
        var message = new byte[PrefixSize + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - PrefixSize);
        request.WriteTo(message.AsSpan(PrefixSize));
        var frame = new ArrayBufferWriter<byte>();
        WriteFrame(frame, FrameType.Data, 0, StreamId, message);
        await _stream.WriteAsync(frame.WrittenMemory, cancellationToken);
    }

    private async Task<DeltaDiscoveryResponse> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake() is { } response)
            {
                return response;
            }

            await _stream.ReadExactlyAsync(_header, cancellationToken);
            var frame = FrameHeader.Read(_header);
            var payload = _payload.AsMemory(0, frame.Length);
            await _stream.ReadExactlyAsync(payload, cancellationToken);
            if (frame.Type == FrameType.Data)
            {
                _received.Write(payload.Span);
            }
            else if (frame.Type is FrameType.ResetStream or FrameType.GoAway || (frame.Type == FrameType.Headers && frame.Has(FrameHeader.EndStream)))
            {
                throw new IOException("the stream ended");
            }
            else if (frame.Type == FrameType.Settings && !frame.Has(FrameHeader.Ack))
            {
                FrameHeader.Write(_header, 0, FrameType.Settings, FrameHeader.Ack, 0);
                await _stream.WriteAsync(_header, cancellationToken);
            }
        }
    }

    /// <summary>The next message, if all of it is there.</summary>
    private DeltaDiscoveryResponse? TryTake()
    {
        var received = _received.WrittenSpan;
        if (received.Length < PrefixSize || received.Length < PrefixSize + BinaryPrimitives.ReadInt32BigEndian(received[1..]))
        {
            return null;
        }

        var end = PrefixSize + BinaryPrimitives.ReadInt32BigEndian(received[1..]);
        var response = DeltaDiscoveryResponse.Parser.ParseFrom(received[PrefixSize..end]);
        var rest = received[end..].ToArray();
        _received.ResetWrittenCount();
        _received.Write(rest);
        return response;
    }
}
