using System.IO.Hashing;
using System.Runtime.InteropServices;
using Mesh.Engine.Content;

namespace Mesh.Engine.Persistence;

/// <summary>
/// A resource's name and version as 128 bits. The sum over a set of resources is the same in whatever order they come and
/// in every process, so a client's list of what it has can be compared with what we gave it without keeping either.
/// </summary>
public static class ResourceMark
{
    /// <summary>The mark of a resource.</summary>
    /// <param name="name">Its name, UTF-8.</param>
    /// <param name="version">Its version.</param>
    public static UInt128 Of(ReadOnlySpan<byte> name, VersionId version)
    {
        Span<byte> parts = stackalloc byte[32];
        var hash = XxHash128.HashToUInt128(name);
        MemoryMarshal.Write(parts, hash);
        MemoryMarshal.Write(parts[16..], version.Value);
        return XxHash128.HashToUInt128(parts);
    }
}
