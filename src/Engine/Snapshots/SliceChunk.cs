using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// A run of consecutive entries of a slice, shared by every slice that has the same run. Where runs begin depends on the
/// names alone (<see cref="LengthOfFirst"/>), so slices that agree in a stretch of entries share its chunks, however they came about.
/// </summary>
internal sealed class SliceChunk
{
    /// <summary>Entries of a chunk at most; about 64 on average.</summary>
    public const int MaxLength = 256;

    private const int BoundaryBits = 6;

    // Names, then resources: one object to load instead of two.
    private readonly int[] _entries;

    public SliceChunk(ReadOnlySpan<Symbol> names, ReadOnlySpan<ResourceRef> resources, UInt128 identity, UInt128 fingerprint)
    {
        _entries = new int[names.Length * 2];
        MemoryMarshal.Cast<Symbol, int>(names).CopyTo(_entries);
        MemoryMarshal.Cast<ResourceRef, int>(resources).CopyTo(_entries.AsSpan(names.Length));
        First = names[0];
        Identity = identity;
        Fingerprint = fingerprint;
    }

    /// <summary>Its smallest name.</summary>
    public Symbol First { get; }

    public int Count => _entries.Length / 2;

    public ReadOnlySpan<Symbol> Names => MemoryMarshal.Cast<int, Symbol>(_entries.AsSpan(0, Count));

    public ReadOnlySpan<ResourceRef> Resources => MemoryMarshal.Cast<int, ResourceRef>(_entries.AsSpan(Count));

    /// <summary>Hash of type and refs, by which the table finds it; means nothing outside this engine.</summary>
    public UInt128 Identity { get; }

    /// <summary>Sum of the hashes of names and versions.</summary>
    public UInt128 Fingerprint { get; }

    internal int References;

    internal bool Removed { get; set; }

    /// <summary>Whether a chunk begins at this name wherever it appears.</summary>
    public static bool BeginsAt(Symbol name) => ((uint)name.Value * 0x9E37_79B1u) >> (32 - BoundaryBits) == 0;

    /// <summary>How many of these entries the first chunk of them has.</summary>
    public static int LengthOfFirst(ReadOnlySpan<Symbol> names)
    {
        var most = Math.Min(names.Length, MaxLength);
        for (var i = 1; i < most; i++)
        {
            if (BeginsAt(names[i]))
            {
                return i;
            }
        }

        return most;
    }

    /// <summary>Adds a reference to a chunk that the caller knows to be referenced.</summary>
    public void AddReference() => Interlocked.Increment(ref References);
}
