using System.IO.Hashing;

namespace Mesh.Engine.Persistence;

/// <summary>What a proxy was given of one type, without what is in it.</summary>
/// <param name="TypeHash">XXH64 of the type URL: numbers of types are those of one process.</param>
/// <param name="Fingerprint">Sum of the hashes of all names and versions (<see cref="ResourceMark"/>).</param>
public readonly record struct SliceMark(ulong TypeHash, UInt128 Fingerprint)
{
    /// <summary>The hash of a type URL (UTF-8).</summary>
    public static ulong HashOf(ReadOnlySpan<byte> typeUrl) => XxHash64.HashToUInt64(typeUrl);
}
