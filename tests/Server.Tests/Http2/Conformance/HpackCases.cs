using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Tests.Http2.Clients;
using static Mesh.Server.Tests.Http2.Clients.SentFrames;
using static Mesh.Server.Tests.Http2.Conformance.ConformanceCase;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>Rules of header compression: RFC 7541. What breaks them cannot be decoded, and no block behind it either.</summary>
internal static class HpackCases
{
    public static ConformanceCase[] All { get; } =
    [
        Broken("H2.3.3", "indexed field beyond both tables", [0xFF, 0x00]),
        Broken("H2.3.3", "indexed name beyond both tables", [0x7F, 0x00, 0x01, (byte)'x']),
        Broken("H4.2", "size update at the end of a block", [.. HeaderText.Call(), 0x20]),
        Broken("H5.1", "integer without an end", [0xFF, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
        Broken("H5.2", "string longer than its block", [0x00, 0x7F, 0x20, (byte)'a']),
        Broken("H5.2", "padding of more than 7 bits", [0x00, 0x82, 0x07, 0xFF, 0x01, (byte)'x']),
        Broken("H5.2", "padding that is not all ones", [0x00, 0x81, 0x06, 0x01, (byte)'x']),
        Broken("H5.2", "end of string in a string", [0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, (byte)'x']),
        Broken("H6.1", "index 0", [0x80]),
        Broken("H6.3", "size above the limit", [0x3F, 0xE2, 0x1F, .. HeaderText.Call()]),
        EndsConnection("H4.2", "table used behind the acknowledgement of its size of 0", Http2Error.Compression, id =>
            [SettingsAck(), SettingsAck(), Headers(id, [0x20, .. HeaderText.Call(), 0x40, 1, (byte)'a', 1, (byte)'b']), Headers(id + 2, [0xBE])]),
        EndsConnection("H4.2", "size above 0 behind the acknowledgement of its size of 0", Http2Error.Compression, id =>
            [SettingsAck(), SettingsAck(), Headers(id, [0x3F, 0x00, .. HeaderText.Call()])]),
        Allowed("H2.3.2", "field that is remembered and used", id =>
            [Headers(id, [.. HeaderText.Call(), 0x40, 1, (byte)'a', 1, (byte)'b']), Headers(id + 2, [.. HeaderText.Call(), 0xBE])]),
        Allowed("H4.2", "two size updates before a block", id => [Headers(id, [0x20, 0x3F, 0xE1, 0x1F, .. HeaderText.Call()])]),
        Allowed("H6.2.3", "field that is never to be remembered", id => [Headers(id, [.. HeaderText.Call(), 0x10, 1, (byte)'a', 1, (byte)'b'])]),
        EndsStream("H4.3", "block of a malformed request still counts for the next", Http2Error.Protocol, id =>
            [Headers(id, [0x40, 1, (byte)'a', 1, (byte)'b']), Headers(id + 2, [.. HeaderText.Call(), 0xBE])]),
    ];

    private static ConformanceCase Broken(string section, string rule, byte[] block) =>
        EndsConnection(section, rule, Http2Error.Compression, id => [Headers(id, block)]);
}
