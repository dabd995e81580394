using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;
using static Mesh.Server.Tests.Http2.Conformance.ConformanceCase;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>Rules of frames: RFC 9113, sections 4 and 6.</summary>
internal static class FrameCases
{
    private const byte Unknown = 0x42;
    private const byte AllButAck = 0xFE;

    public static ConformanceCase[] All { get; } =
    [
        Allowed("4.1", "frame of an unknown type", _ => [Of(Unknown, 0xFF, 0, 1, 2, 3)]),
        Allowed("4.1", "large frame of an unknown type", _ => [Of(Unknown, 0, 77, new byte[FrameHeader.MaxPayload])]),
        Allowed("4.1", "undefined flags", _ => [Of((byte)FrameType.Ping, AllButAck, 0, new byte[8])]),
        Allowed("4.1", "reserved bit", _ => [Of((byte)FrameType.Ping, 0, 0x8000_0000, new byte[8])]),
        Allowed("4.2", "DATA of 2^14 bytes", id => [Call(id), Data(id, PartOfMessage(FrameHeader.MaxPayload))]),
        EndsConnection("4.2", "DATA larger than SETTINGS_MAX_FRAME_SIZE", Http2Error.FrameSize, id => [Call(id), Data(id, PartOfMessage(FrameHeader.MaxPayload + 1))]),
        EndsConnection("4.2", "HEADERS larger than SETTINGS_MAX_FRAME_SIZE", Http2Error.FrameSize, id => [Headers(id, new byte[FrameHeader.MaxPayload + 1])]),
        EndsConnection("4.2", "unknown frame larger than SETTINGS_MAX_FRAME_SIZE", Http2Error.FrameSize, _ => [Of(Unknown, 0, 0, new byte[FrameHeader.MaxPayload + 1])]),
        EndsConnection("4.3", "block that cannot be decoded", Http2Error.Compression, id => [Headers(id, [0x40])]),
        EndsConnection("4.3", "PRIORITY inside a block", Http2Error.Protocol, id => [Headers(id, HeaderText.Call(), 0), Of(FrameType.Priority, 0, id, 0, 0, 0, 0, 1)]),
        EndsConnection("4.3", "HEADERS of another stream inside a block", Http2Error.Protocol, id => [Headers(id, HeaderText.Call(), 0), Call(id + 2)]),
        EndsConnection("5.5", "unknown frame inside a block", Http2Error.Protocol, id => [Headers(id, HeaderText.Call(), 0), Of(Unknown, 0, (uint)id)]),

        EndsConnection("6.1", "DATA on stream 0", Http2Error.Protocol, id => [Call(id), Data(0, [1])]),
        EndsConnection("6.1", "padding of DATA as long as its payload", Http2Error.Protocol, id => [Call(id), Data(id, [4, 0, 0, 0], Padded)]),
        EndsConnection("6.1", "padded DATA without a length of the padding", Http2Error.FrameSize, id => [Call(id), Data(id, [], Padded)]),
        Allowed("6.1", "padded DATA", id => [Call(id), Data(id, [3, 0, 0, 0], Padded)]),
        EndsConnection("6.2", "HEADERS on stream 0", Http2Error.Protocol, _ => [Call(0)]),
        EndsConnection("6.2", "padding of HEADERS longer than its payload", Http2Error.Protocol, id => [Headers(id, [9, 0x83, 0x86], EndHeaders | Padded)]),
        EndsConnection("6.2", "padded HEADERS without a length of the padding", Http2Error.FrameSize, id => [Headers(id, [], EndHeaders | Padded)]),
        EndsConnection("6.2", "HEADERS too short for its priority", Http2Error.FrameSize, id => [Headers(id, [0, 0, 0, 0], EndHeaders | FrameHeader.HasPriority)]),
        Allowed("6.2", "padded HEADERS with a priority", id => [Headers(id, [2, 0, 0, 0, 0, 15, .. HeaderText.Call(), 0, 0], EndHeaders | Padded | FrameHeader.HasPriority)]),
        EndsConnection("6.3", "PRIORITY on stream 0", Http2Error.Protocol, _ => [Of(FrameType.Priority, 0, 0, 0, 0, 0, 0, 1)]),
        EndsStream("6.3", "PRIORITY of 4 bytes", Http2Error.FrameSize, id => [Call(id), Of(FrameType.Priority, 0, id, 0, 0, 0, 1)]),
        EndsConnection("6.4", "RST_STREAM on stream 0", Http2Error.Protocol, _ => [Reset(0)]),
        EndsConnection("6.4", "RST_STREAM of 3 bytes", Http2Error.FrameSize, id => [Call(id), Of(FrameType.ResetStream, 0, id, 0, 0, 0)]),
        EndsConnection("6.5", "acknowledgement of SETTINGS with a payload", Http2Error.FrameSize, _ => [Of(FrameType.Settings, FrameHeader.Ack, 0, 0, 1, 0, 0, 0, 0)]),
        EndsConnection("6.5", "SETTINGS on a stream", Http2Error.Protocol, id => [Call(id), Of(FrameType.Settings, 0, id)]),
        EndsConnection("6.5", "SETTINGS of 5 bytes", Http2Error.FrameSize, _ => [Of(FrameType.Settings, 0, 0, 0, 3, 0, 0, 0)]),
        EndsConnection("6.5.2", "SETTINGS_ENABLE_PUSH of 2", Http2Error.Protocol, _ => [SettingsOf((2, 2))]),
        EndsConnection("6.5.2", "SETTINGS_INITIAL_WINDOW_SIZE of 2^31", Http2Error.FlowControl, _ => [InitialWindow(0x8000_0000)]),
        EndsConnection("6.5.2", "SETTINGS_MAX_FRAME_SIZE below 2^14", Http2Error.Protocol, _ => [SettingsOf((5, 16_383))]),
        EndsConnection("6.5.2", "SETTINGS_MAX_FRAME_SIZE above 2^24-1", Http2Error.Protocol, _ => [SettingsOf((5, 0x0100_0000))]),
        Allowed("6.5.2", "unknown setting", _ => [SettingsOf((0xFF, 1))]),
        Allowed("6.5.2", "all settings at their limits", _ => [SettingsOf((1, uint.MaxValue), (2, 1), (3, 0), (4, int.MaxValue), (5, 0xFF_FFFF), (6, 0))]),
        EndsConnection("6.6", "PUSH_PROMISE from a client", Http2Error.Protocol, id => [Call(id), Of(FrameType.PushPromise, EndHeaders, id, [0, 0, 0, 2, .. HeaderText.Call()])]),
        EndsConnection("6.7", "PING on a stream", Http2Error.Protocol, id => [Call(id), Of(FrameType.Ping, 0, id, new byte[8])]),
        EndsConnection("6.7", "PING of 6 bytes", Http2Error.FrameSize, _ => [Of(FrameType.Ping, 0, 0, new byte[6])]),
        EndsConnection("6.7", "PING of 16 KiB", Http2Error.FrameSize, _ => [Of(FrameType.Ping, 0, 0, new byte[FrameHeader.MaxPayload])]),
        Allowed("6.7", "acknowledgement of a PING that was not sent", _ => [Ping(1, FrameHeader.Ack)]),
        EndsConnection("6.8", "GOAWAY on a stream", Http2Error.Protocol, id => [Call(id), Of(FrameType.GoAway, 0, id, new byte[8])]),
        EndsConnection("6.8", "GOAWAY of 7 bytes", Http2Error.FrameSize, _ => [Of(FrameType.GoAway, 0, 0, new byte[7])]),
        Allowed("6.8", "GOAWAY with debug data", _ => [Of(FrameType.GoAway, 0, 0, new byte[20])]),
        EndsConnection("6.9", "WINDOW_UPDATE of the connection by 0", Http2Error.Protocol, _ => [WindowUpdate(0, 0)]),
        EndsStream("6.9", "WINDOW_UPDATE of a stream by 0", Http2Error.Protocol, id => [Call(id), WindowUpdate(id, 0)]),
        EndsConnection("6.9", "WINDOW_UPDATE of 3 bytes", Http2Error.FrameSize, _ => [Of(FrameType.WindowUpdate, 0, 0, 0, 0, 1)]),
        EndsConnection("6.9.1", "window of the connection above 2^31-1", Http2Error.FlowControl, _ => [WindowUpdate(0, int.MaxValue), WindowUpdate(0, int.MaxValue)]),
        EndsStream("6.9.1", "window of a stream above 2^31-1", Http2Error.FlowControl, id => [Call(id), WindowUpdate(id, int.MaxValue)]),
        EndsConnection("6.9.2", "SETTINGS that make a window larger than 2^31-1", Http2Error.FlowControl, id => [InitialWindow(0), Call(id), WindowUpdate(id, int.MaxValue), InitialWindow(1)]),
        Allowed("6.9.2", "SETTINGS that make a window negative", id => [Call(id), InitialWindow(0), InitialWindow(65_535)]),
        EndsConnection("6.10", "CONTINUATION on stream 0", Http2Error.Protocol, id => [Headers(id, HeaderText.Call(), 0), Continuation(0, [])]),
        EndsConnection("6.10", "CONTINUATION of another stream", Http2Error.Protocol, id => [Headers(id, HeaderText.Call(), 0), Continuation(id + 2, [])]),
        EndsConnection("6.10", "CONTINUATION behind a whole block", Http2Error.Protocol, id => [Call(id), Continuation(id, [])]),
        EndsConnection("6.10", "CONTINUATION behind DATA", Http2Error.Protocol, id => [Call(id), Data(id, [0]), Continuation(id, [])]),
        EndsConnection("6.10", "DATA inside a block", Http2Error.Protocol, id => [Headers(id, HeaderText.Call(), 0), Data(id, [1])]),
        Allowed("6.10", "block in three frames, one of them empty", id =>
            [Headers(id, HeaderText.Call()[..20], 0), Continuation(id, [], 0), Continuation(id, HeaderText.Call()[20..])]),
    ];

    /// <summary>The begin of a message that is longer.</summary>
    private static byte[] PartOfMessage(int length)
    {
        var bytes = new byte[length];
        bytes[2] = 0xFF;
        return bytes;
    }
}
