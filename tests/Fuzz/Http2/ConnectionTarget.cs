using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Sockets;

namespace Mesh.Fuzz.Http2;

/// <summary>A connection of HTTP/2 from behind its preface to its end: with whatever came, it leaves nothing behind.</summary>
internal sealed class ConnectionTarget : IFuzzTarget
{
    private static readonly OpenServer _server = new();
    private static readonly ClientLink _client = new(new IPEndPoint(IPAddress.Loopback, 1), SslProtocols.None);

    // Only to be told of ends, which it does not mind.
    private static readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private Exception? _unobserved;

    public ConnectionTarget()
    {
        TaskScheduler.UnobservedTaskException += (_, fault) => _unobserved = fault.Exception;
        using var builder = _server.Engine.BeginSnapshot();
        builder.Add(_server.Engine.Types.Register(XdsTypes.Cluster.Url), "c1", new byte[100]);
        builder.Add(_server.Engine.Types.Register(XdsTypes.Listener.Url), "l1", new byte[40_000]);
        using var snapshot = builder.Build();
        _server.Engine.Publish("fuzz", snapshot);
    }

    public string Name => "http2";

    public IReadOnlyList<byte[]> Seeds => ConnectionSeeds.All;

    public IReadOnlyList<byte[]> Words => ConnectionSeeds.Words;

    public bool Feed(byte[] input)
    {
        FirstCall.KindOf([.. FrameHeader.Preface, .. input], out _);
        // A part of it was read already when the connection was recognised.
        var begin = input.Length == 0 ? 0 : input[^1] % (input.Length + 1);
        using var stream = new ScriptedStream(input[begin..]);
        var connection = new Http2Connection(_server.Host, new Wire(_socket, stream, stream), _client);
        FirstCall.KindOf([.. FrameHeader.Preface, .. input.AsSpan(0, begin)], out var first);
        connection.RunAsync(input.AsSpan(0, begin), first, wasAnswered: input.Length % 2 == 0).GetAwaiter().GetResult();
        if (stream.Fault is { } fault)
        {
            throw new InvalidOperationException(fault);
        }

        // Whoever is late is waited for; who never comes is what the watchdog is for.
        SpinWait.SpinUntil(() => _server.Streams.Count == 0 && _server.Host.Buffers.RentedBytes == 0 && _server.Blocks.RentedBytes == 0);
        return _server.Faults.TryDequeue(out var logged)
            ? throw new InvalidOperationException(logged)
            : stream is { HasResponse: true, Ended: null };
    }

    public void Check()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (_unobserved is { } unobserved)
        {
            throw new InvalidOperationException("nobody saw an exception", unobserved);
        }
    }
}
