using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Persistence;

/// <summary>
/// Which resources in which versions a proxy was given, as one fingerprint per type: enough to recognise a client that still
/// has exactly that, and nothing that could be sent, so an outdated one can bring back no revoked permission. It holds no
/// content, hence no secret. Immutable; equal by value.
/// </summary>
public sealed class SnapshotManifest : IEquatable<SnapshotManifest>
{
    private readonly SliceMark[] _slices;

    /// <summary>A manifest of these marks, each type once.</summary>
    public SnapshotManifest(ReadOnlySpan<SliceMark> slices)
    {
        _slices = slices.ToArray();
        Array.Sort(_slices, static (left, right) => left.TypeHash.CompareTo(right.TypeHash));
    }

    /// <summary>The types of which the proxy has something, by hash.</summary>
    public ReadOnlySpan<SliceMark> Slices => _slices;

    /// <summary>The manifest of a snapshot.</summary>
    public static SnapshotManifest Of(ProxySnapshot snapshot, TypeTable types)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(types);
        Span<SliceMark> marks = stackalloc SliceMark[TypeTable.Capacity];
        var count = 0;
        for (byte i = 0; i < types.Count; i++)
        {
            if (snapshot[new ResourceType(i)] is { } slice)
            {
                marks[count++] = new SliceMark(types.UrlHash(slice.Type), slice.Fingerprint);
            }
        }

        return new SnapshotManifest(marks[..count]);
    }

    /// <summary>Fingerprint of what the proxy was given of a type; 0: nothing.</summary>
    public UInt128 Fingerprint(ReadOnlySpan<byte> typeUrl)
    {
        var hash = SliceMark.HashOf(typeUrl);
        foreach (var slice in _slices)
        {
            if (slice.TypeHash == hash)
            {
                return slice.Fingerprint;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public bool Equals(SnapshotManifest? other) => other is not null && _slices.AsSpan().SequenceEqual(other._slices);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SnapshotManifest);

    /// <inheritdoc/>
    public override int GetHashCode() => _slices.Length == 0 ? 0 : _slices[0].GetHashCode();
}
