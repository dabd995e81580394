using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;
using static Mesh.Server.Tests.Http2.Conformance.ConformanceCase;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>Rules of streams: RFC 9113, sections 3.4 and 5.</summary>
internal static class StreamCases
{
    public static ConformanceCase[] All { get; } =
    [
        EndsConnection("5.1", "DATA on an idle stream", Http2Error.Protocol, id => [Data(id, [1])]),
        EndsConnection("5.1", "RST_STREAM on an idle stream", Http2Error.Protocol, id => [Reset(id)]),
        EndsConnection("5.1", "WINDOW_UPDATE on an idle stream", Http2Error.Protocol, id => [WindowUpdate(id, 1)]),
        EndsConnection("5.1", "CONTINUATION on an idle stream", Http2Error.Protocol, id => [Continuation(id, HeaderText.Call())]),
        Allowed("5.1", "PRIORITY on an idle stream", id => [Of(FrameType.Priority, 0, id, 0, 0, 0, 0, 1)]),
        Allowed("5.1", "RST_STREAM on a half-closed stream", id => [Call(id, EndHeaders | EndStream), Reset(id)]),
        Allowed("5.1", "WINDOW_UPDATE and PRIORITY on a half-closed stream", id =>
            [Call(id, EndHeaders | EndStream), WindowUpdate(id, 1), Of(FrameType.Priority, 0, id, 0, 0, 0, 0, 1)]),
        EndsEither("5.1", "DATA on a half-closed stream", Http2Error.StreamClosed, id => [Call(id, EndHeaders | EndStream), Data(id, [1])]),
        EndsEither("5.1", "HEADERS on a half-closed stream", Http2Error.StreamClosed, id => [Call(id, EndHeaders | EndStream), Call(id)]),
        EndsConnection("5.1", "DATA on a stream that the client reset", Http2Error.StreamClosed, id => [Call(id), Reset(id), Data(id, [1])]),
        EndsConnection("5.1", "HEADERS on a stream that the client reset", Http2Error.StreamClosed, id => [Call(id), Reset(id), Call(id)]),
        EndsConnection("5.1", "CONTINUATION on a stream that the client reset", Http2Error.Protocol, id => [Call(id), Reset(id), Continuation(id, HeaderText.Call())]),
        Allowed("5.1", "WINDOW_UPDATE, PRIORITY and RST_STREAM on a stream that the client reset", id =>
            [Call(id), Reset(id), WindowUpdate(id, 1), Of(FrameType.Priority, 0, id, 0, 0, 0, 0, 1), Reset(id)]),
        EndsStream("5.1", "DATA and trailers on a stream that the server has just reset", Http2Error.Protocol, id =>
            [Call(id), WindowUpdate(id, 0), Data(id, [1]), Headers(id, HeaderText.Block(("a", "b")), EndHeaders | EndStream)]),
        EndsConnection("5.1.1", "stream of an even number", Http2Error.Protocol, id => [Call(id + 1)]),
        EndsConnection("5.1.1", "stream below the last one", Http2Error.StreamClosed, id => [Call(id + 4), Call(id + 2)]),
        EndsStream("5.3.1 of RFC 7540", "HEADERS of a stream that depends on itself", Http2Error.Protocol, id =>
            [Headers(id, [0, 0, 0, (byte)id, 15, .. HeaderText.Call()], EndHeaders | FrameHeader.HasPriority)]),
        EndsStream("5.3.1 of RFC 7540", "PRIORITY of a stream that depends on itself", Http2Error.Protocol, id =>
            [Call(id), Of(FrameType.Priority, 0, id, 0, 0, 0, (byte)id, 15)]),
    ];
}
