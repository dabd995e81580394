using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Ads.Http2.Headers;

/// <summary>The first header block of a connection, decoded before it was known who serves it.</summary>
/// <param name="Decoder">What the block leaves behind for those that follow.</param>
/// <param name="Head">What it says.</param>
/// <param name="IsDecoded">False: it is malformed.</param>
internal sealed record FirstHead(HeaderDecoder Decoder, RequestHead Head, bool IsDecoded);
