namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>Error codes (RFC 9113, section 7).</summary>
internal enum Http2Error
{
    None = 0x0,
    Protocol = 0x1,
    Internal = 0x2,
    FlowControl = 0x3,
    SettingsTimeout = 0x4,
    StreamClosed = 0x5,
    FrameSize = 0x6,
    RefusedStream = 0x7,
    Cancel = 0x8,
    Compression = 0x9,
    EnhanceYourCalm = 0xB,
}
