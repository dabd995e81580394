namespace Mesh.Server.Ads.Http2.Hpack;

/// <summary>Takes the fields of a header block.</summary>
internal interface IHeaderSink
{
    /// <summary>The next field; the bytes are valid during the call.</summary>
    void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
