using System.Buffers.Binary;
using System.Text;
using EnvoyApi.Config.Core.V3;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Fuzz.Http2;

/// <summary>Connections as clients make them, behind the preface.</summary>
internal static class ConnectionSeeds
{
    private const string Discovery = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
    private const string State = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    private const string Health = "/envoy.service.health.v3.HealthDiscoveryService/StreamHealthCheck";
    private const byte EndBoth = FrameHeader.EndHeaders | FrameHeader.EndStream;

    private static readonly Node _node = new() { Id = "fuzz", UserAgentName = "envoy" };
    private static readonly IReadOnlyList<byte[]> _delta = SeedRequests.Delta(_node);
    private static readonly IReadOnlyList<byte[]> _state = SeedRequests.State(_node);

    public static IReadOnlyList<byte[]> All { get; } =
    [
        Join(Settings(), Call(1, Discovery), Message(1, _delta[1]), Ping(), WindowUpdate(1), WindowUpdate(0)),
        Join(Settings((4, 10)), Call(1, Discovery), Message(1, _delta[1]), WindowUpdate(1), Settings((4, 100)), Message(1, _delta[2])),
        Join(Settings((1, 0), (3, 100)), Call(1, State), Message(1, _state[1]), Message(1, _state[2]), Frame(FrameType.Data, FrameHeader.EndStream, 1)),
        Join(Settings(), Call(1, Discovery), Message(1, _delta[1]), Call(3, State), Message(3, _state[1]), Reset(1), Call(5, Health), Reset(5)),
        Join(Settings(), Frame(FrameType.Headers, 0, 1, Block(Discovery)[..30]), Frame(FrameType.Continuation, FrameHeader.EndHeaders, 1, Block(Discovery)[30..]), Message(1, _delta[5])),
        Join(Settings(), Frame(FrameType.Headers, FrameHeader.EndHeaders | FrameHeader.Padded | FrameHeader.HasPriority, 1, [2, 0, 0, 0, 0, 7, .. Block(Discovery), 0, 0]), Padded(1, _delta[1])),
        Join(Settings(), Call(1, Discovery), Message(1, _delta[1]), Message(1, _delta[7]), Frame(FrameType.Headers, EndBoth, 1, [0, 1, (byte)'a', 1, (byte)'b'])),
        Join(Settings(), Frame(FrameType.Headers, EndBoth, 1, Block("/envoy.service.x/y")), Frame(FrameType.Headers, EndBoth, 3, Block("/x")), Frame(FrameType.GoAway, 0, 0, new byte[8])),
        Join(Settings(), Call(1, Discovery), Frame(FrameType.Data, 0, 1, [.. Prefixed(_delta[1]), .. Prefixed(_delta[7]), .. Prefixed(_delta[3])]), Frame(FrameType.Priority, 0, 3, 0, 0, 0, 1, 9)),
    ];

    /// <summary>Whole frames, and what stands at the begin of them.</summary>
    public static IReadOnlyList<byte[]> Words { get; } =
    [
        Settings(), Settings((4, 0)), Settings((4, int.MaxValue)), Frame(FrameType.Settings, FrameHeader.Ack, 0), Ping(), WindowUpdate(0), WindowUpdate(1), WindowUpdate(3), Reset(1), Reset(3),
        Call(1, Discovery), Call(3, Discovery), Call(5, State), Call(7, Health), Message(1, _delta[0]), Message(3, _delta[1]), Message(5, _state[1]), Padded(3, _delta[1]),
        Frame(FrameType.Data, 0, 1), Frame(FrameType.Data, FrameHeader.EndStream, 1), Frame(FrameType.Data, FrameHeader.EndStream, 3), Frame(FrameType.Headers, 0, 9), Frame(FrameType.Continuation, FrameHeader.EndHeaders, 9),
        Frame((FrameType)0x42, 0, 0, 1, 2, 3), [0, 0x40, 0, 0, 0, 0, 0, 0, 1], [0, 0, 8], [0, 0, 4, 8, 0, 0, 0, 0, 1], [0x82], [0xBE], [0x20], [0x3F, 0xE1, 0x1F], [0x40, 1, (byte)'a', 1, (byte)'b'],
    ];

    private static byte[] Join(params byte[][] frames) => [.. frames.SelectMany(frame => frame)];

    private static byte[] Frame(FrameType type, byte flags, int stream, params byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, type, flags, stream);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    private static byte[] Settings(params (byte Id, int Value)[] settings) => Frame(FrameType.Settings, 0, 0, [.. settings.SelectMany(setting => (byte[])[0, setting.Id, .. Number(setting.Value)])]);

    private static byte[] Call(int stream, string path) => Frame(FrameType.Headers, FrameHeader.EndHeaders, stream, Block(path));

    private static byte[] Message(int stream, byte[] message) => Frame(FrameType.Data, 0, stream, Prefixed(message));

    private static byte[] Padded(int stream, byte[] message) => Frame(FrameType.Data, FrameHeader.Padded, stream, [3, .. Prefixed(message), 0, 0, 0]);

    private static byte[] Prefixed(byte[] message) => [0, .. Number(message.Length), .. message];

    private static byte[] Ping() => Frame(FrameType.Ping, 0, 0, new byte[8]);

    private static byte[] WindowUpdate(int stream) => Frame(FrameType.WindowUpdate, 0, stream, Number(1000));

    private static byte[] Reset(int stream) => Frame(FrameType.ResetStream, 0, stream, Number(8));

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>POST and http of the static table, then literals that are remembered.</summary>
    private static byte[] Block(string path) => [0x83, 0x86, 0x44, .. Text(path), 0x41, .. Text("localhost"), 0x5F, .. Text("application/grpc"), 0x40, .. Text("te"), .. Text("trailers")];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
