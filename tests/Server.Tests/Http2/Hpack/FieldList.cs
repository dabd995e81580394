using System.Text;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Tests.Http2.Hpack;

/// <summary>The fields of a block.</summary>
internal sealed class FieldList : IHeaderSink
{
    public List<(string Name, string Value)> Fields { get; } = [];

    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Fields.Add((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));

    /// <summary>What a block is decoded to; null: it is malformed.</summary>
    public static List<(string Name, string Value)>? Decode(HeaderDecoder decoder, ReadOnlySpan<byte> block)
    {
        var list = new FieldList();
        return decoder.TryDecode(block, list) ? list.Fields : null;
    }
}
