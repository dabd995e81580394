using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Feeds;

/// <summary>What a feed knows of one name: its newest state, or that it is gone while a reader has to be told.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct FeedEntry
{
    /// <summary>The name; the entry owns a reference.</summary>
    public Symbol Name;

    /// <summary>The newest state; the entry owns a reference. None: removed.</summary>
    public ResourceRef Resource;

    /// <summary>When it changed last; 0: not in use.</summary>
    public long Sequence;

    /// <summary>The audience that does not see it; 0: all see it. Of a removed one: who did not see it before.</summary>
    public int HiddenFrom;

    /// <summary>Since when <see cref="HiddenFrom"/> does not see it, if it may have seen it before; 0: never did.</summary>
    public long HiddenSince;

    /// <summary>Next unused entry.</summary>
    public int Next;

    /// <summary>Whether an audience sees a resource here.</summary>
    public readonly bool IsVisibleTo(int audience) => !Resource.IsNone && HiddenFrom != audience;

    /// <summary>
    /// Whether a reader that comes by and does not see a resource here has to be told that it is gone. Told once too often is
    /// harmless, told too seldom is not.
    /// </summary>
    public readonly bool IsGoneFor(int audience, FeedCursor cursor) =>
        HiddenFrom == audience ? HiddenSince > cursor.Told : Sequence > cursor.Start;
}
