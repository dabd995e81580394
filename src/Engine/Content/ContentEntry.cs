using System.Runtime.InteropServices;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Content;

/// <summary>What the content table knows of one resource. Everything but the counts is fixed while it is referenced.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct ContentEntry
{
    public UInt128 Hash;
    public VersionId Version;
    public byte* Bytes;
    public int Length;
    public int AnyOffset;
    public int MessageLength;
    public int References;
    public int Next;
    public Symbol Name;
    public ResourceType Type;
}
