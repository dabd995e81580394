using System.Text;
using Mesh.Engine.Content;

namespace Mesh.Sync.Wire;

/// <summary>Version of a resource on the wire between two of ours: what a <see cref="Engine.Feeds.ResourceFeed"/> gives to the same bytes.</summary>
public static class WireVersion
{
    /// <summary>The version of encoded bytes.</summary>
    public static string Of(ReadOnlySpan<byte> payload)
    {
        Span<byte> text = stackalloc byte[VersionId.ContentTextLength];
        VersionId.WriteContentText(payload, default, text);
        return Encoding.ASCII.GetString(text);
    }
}
