using System.Runtime.CompilerServices;
using System.Text;
using Mesh.Model.Resources;
using Mesh.Stores.Embedded.Records;

namespace Mesh.Stores.Embedded;

/// <summary>A change of a log until it is known what became of its resource. Small: there are as many as the log has changes.</summary>
internal readonly struct RecoveredChange
{
    private const int SnapshotFlag = 1;
    private const int ForeignFlag = 2;
    private const int ResourceFlag = 4;

    // The resource, or else a NoResource.
    private readonly object? _content;
    private readonly int _flags;

    /// <param name="change">The change.</param>
    /// <param name="raw">Its bytes.</param>
    /// <param name="isSnapshot">It was written when the log was begun.</param>
    /// <param name="isForeign">Another program wrote it.</param>
    public RecoveredChange(in ChangeRecord change, ReadOnlySpan<byte> raw, bool isSnapshot, bool isForeign)
    {
        _content = change.Resource ?? (object)new NoResource(change.Key, change.Revision, change.Fault, change.Fault is null ? null : raw.ToArray());
        _flags = (isSnapshot ? SnapshotFlag : 0) | (isForeign ? ForeignFlag : 0) | (change.Resource is null ? 0 : ResourceFlag);
        Bytes = raw.Length;
    }

    private RecoveredChange(Resource resource, int flags, int bytes) => (_content, _flags, Bytes) = (resource, flags, bytes);

    /// <summary>
    /// The resource that was put; null for a deletion, and for one that cannot be read. Found without looking at the resource: in order of names each
    /// look would be at another place in memory.
    /// </summary>
    public Resource? Resource => (_flags & ResourceFlag) != 0 ? Unsafe.As<Resource>(_content) : null;

    /// <summary>What changed.</summary>
    public ResourceKey Key => Resource?.Key ?? Other.Key;

    /// <summary>Kind and mesh of it.</summary>
    public (string Kind, string Mesh) Place => Resource is { } resource ? (resource.Kind, resource.Mesh) : (Other.Key.Kind, Other.Key.Mesh);

    /// <summary>Name of it, in UTF-8.</summary>
    public ReadOnlySpan<byte> Name => Resource is not { } resource ? Encoding.UTF8.GetBytes(Other.Key.Name)
        : resource.StoredName is { IsEmpty: false } stored ? stored
        : Encoding.UTF8.GetBytes(resource.Name);

    /// <summary>Number of the change.</summary>
    public long Revision => Resource is { } resource ? resource.Revision : Other.Revision;

    /// <summary>Why the resource cannot be read, or null.</summary>
    public string? Fault => (_flags & ResourceFlag) != 0 ? null : (_content as NoResource)?.Fault;

    /// <summary>Bytes of the change when it cannot be read, else null.</summary>
    public byte[]? Raw => (_content as NoResource)?.Raw;

    /// <summary>How many bytes it takes in the log.</summary>
    public int Bytes { get; }

    /// <summary>It was written when the log was begun: it is no change since.</summary>
    public bool IsSnapshot => (_flags & SnapshotFlag) != 0;

    /// <summary>Another program wrote it.</summary>
    public bool IsForeign => (_flags & ForeignFlag) != 0;

    /// <summary>The same change with the same resource in another place.</summary>
    public RecoveredChange With(Resource moved) => new(moved, _flags, Bytes);

    private NoResource Other => (NoResource)_content!;

    private sealed record NoResource(ResourceKey Key, long Revision, string? Fault, byte[]? Raw);
}
