using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;
using static Mesh.Server.Tests.Http2.Conformance.ConformanceCase;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>Rules of requests: RFC 9113, section 8. Requests that break them are malformed, and their streams are reset.</summary>
internal static class MessageCases
{
    public static ConformanceCase[] All { get; } =
    [
        EndsStream("8.1", "second HEADERS without END_STREAM", Http2Error.Protocol, id => [Call(id), Headers(id, HeaderText.Block(("a", "b")))]),
        EndsStream("8.1", "pseudo-header in trailers", Http2Error.Protocol, id => [Call(id), Headers(id, HeaderText.Block((":method", "POST")), EndHeaders | EndStream)]),
        Allowed("8.1", "trailers", id => [Call(id), Headers(id, HeaderText.Block(("a", "b")), EndHeaders | EndStream)]),
        Malformed("8.1.1", "content-length that is not that of the one DATA frame", id =>
            [Headers(id, HeaderText.Call(("content-length", "1"))), Data(id, [0, 0], EndStream)]),
        Malformed("8.1.1", "content-length that is not that of all DATA frames", id =>
            [Headers(id, HeaderText.Call(("content-length", "1"))), Data(id, [0]), Data(id, [0], EndStream)]),
        Malformed("8.1.1", "content-length without a body", id => [Headers(id, HeaderText.Call(("content-length", "1")), EndHeaders | EndStream)]),
        Malformed("8.1.1", "two content-lengths", id => [Headers(id, HeaderText.Call(("content-length", "1"), ("content-length", "2")))]),
        Malformed("8.1.1", "content-length that is no number", id => [Headers(id, HeaderText.Call(("content-length", "-1")))]),
        Malformed("8.2", "upper case in a name", id => [Headers(id, HeaderText.Call(("X-Test", "1")))]),
        Malformed("8.2.1", "space in a name", id => [Headers(id, HeaderText.Call(("x test", "1")))]),
        Malformed("8.2.1", "empty name", id => [Headers(id, HeaderText.Call(("", "1")))]),
        Malformed("8.2.1", "colon in a name", id => [Headers(id, HeaderText.Call(("x:y", "1")))]),
        Malformed("8.2.1", "line feed in a value", id => [Headers(id, HeaderText.Call(("x", "1\n2")))]),
        Malformed("8.2.1", "carriage return in a value", id => [Headers(id, HeaderText.Call(("x", "1\r2")))]),
        Malformed("8.2.1", "zero in a value", id => [Headers(id, HeaderText.Call(("x", "1\02")))]),
        Malformed("8.2.1", "space before a value", id => [Headers(id, HeaderText.Call(("x", " 1")))]),
        Malformed("8.2.1", "tab behind a value", id => [Headers(id, HeaderText.Call(("x", "1\t")))]),
        Malformed("8.2.2", "connection", id => [Headers(id, HeaderText.Call(("connection", "keep-alive")))]),
        Malformed("8.2.2", "proxy-connection", id => [Headers(id, HeaderText.Call(("proxy-connection", "keep-alive")))]),
        Malformed("8.2.2", "keep-alive", id => [Headers(id, HeaderText.Call(("keep-alive", "1")))]),
        Malformed("8.2.2", "transfer-encoding", id => [Headers(id, HeaderText.Call(("transfer-encoding", "chunked")))]),
        Malformed("8.2.2", "upgrade", id => [Headers(id, HeaderText.Call(("upgrade", "h2c")))]),
        Malformed("8.2.2", "te that is not trailers", id => [Headers(id, HeaderText.Call(("te", "trailers, deflate")))]),
        Malformed("8.3", "unknown pseudo-header", id => [Headers(id, [.. HeaderText.Block((":test", "1")), .. HeaderText.Call()])]),
        Malformed("8.3", "pseudo-header of responses", id => [Headers(id, [.. HeaderText.Block((":status", "200")), .. HeaderText.Call()])]),
        Malformed("8.3", "pseudo-header behind others", id => [Headers(id, HeaderText.Block((":method", "POST"), (":scheme", "http"), ("x", "1"), (":path", "/")))]),
        Malformed("8.3.1", "no :method", id => [Headers(id, HeaderText.Block((":scheme", "http"), (":path", HeaderText.Delta)))]),
        Malformed("8.3.1", "no :scheme", id => [Headers(id, HeaderText.Block((":method", "POST"), (":path", HeaderText.Delta)))]),
        Malformed("8.3.1", "no :path", id => [Headers(id, HeaderText.Block((":method", "POST"), (":scheme", "http")))]),
        Malformed("8.3.1", "empty :path", id => [Headers(id, HeaderText.Block((":method", "POST"), (":scheme", "http"), (":path", "")))]),
        Malformed("8.3.1", "two :method", id => [Headers(id, [.. HeaderText.Block((":method", "POST")), .. HeaderText.Call()])]),
        Malformed("8.3.1", "two :scheme", id => [Headers(id, [.. HeaderText.Block((":scheme", "http")), .. HeaderText.Call()])]),
        Malformed("8.3.1", "two :path", id => [Headers(id, [.. HeaderText.Block((":path", "/")), .. HeaderText.Call()])]),
        Malformed("8.3.1", "two :authority", id => [Headers(id, [.. HeaderText.Block((":authority", "x")), .. HeaderText.Call()])]),
        Malformed("8.3.1", "empty block", id => [Headers(id, [])]),
    ];

    private static ConformanceCase Malformed(string section, string rule, Func<int, byte[][]> sent) => EndsStream(section, rule, Http2Error.Protocol, sent);
}
