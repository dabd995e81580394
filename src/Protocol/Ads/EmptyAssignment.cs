using System.Buffers;
using System.Buffers.Binary;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The load assignment of a cluster that has none: its name and no endpoints. Unlike a removal it ends warming and drains
/// the cluster. Its version follows the cluster's, as those of other load assignments do.
/// </summary>
internal static class EmptyAssignment
{
    /// <summary>Bytes beside two times the name, from above.</summary>
    public const int Overhead = 160;

    private const byte ResponseResources = 0x12;
    private const byte ResourceVersion = 0x0A;
    private const byte ResourceName = 0x1A;
    private const byte ResourceBody = 0x12;
    private const byte AnyTypeUrl = 0x0A;
    private const byte AnyValue = 0x12;
    private const byte AssignmentClusterName = 0x0A;

    /// <summary>Whether a missing name of this channel is that of an existing cluster.</summary>
    public static bool IsFor(TypeChannel channel, in PlanContext context, Symbol name, out VersionId version)
    {
        version = VersionId.None;
        if (!ReferenceEquals(channel.Rules, XdsTypes.Endpoint) || context.Clusters is null)
        {
            return false;
        }

        var cluster = context.Clusters.Find(name);
        if (cluster.IsNone)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[VersionId.ContentTextLength];
        WriteVersion(context.Engine, cluster, text);
        version = VersionId.OfText(text);
        return true;
    }

    /// <summary>Bytes of it as a field of a delta response.</summary>
    public static int DeltaSize(int typeUrl, int name) => FieldWriter.SizeOfBytes(ResourceSize(typeUrl, name));

    /// <summary>Bytes of it as a field of a state-of-the-world response.</summary>
    public static int StateSize(int typeUrl, int name) => FieldWriter.SizeOfBytes(AnySize(typeUrl, name));

    public static void WriteDelta(IBufferWriter<byte> output, ReadOnlySpan<byte> typeUrl, ReadOnlySpan<byte> name, ResourceEngine engine, ResourceRef cluster)
    {
        Span<byte> version = stackalloc byte[VersionId.ContentTextLength];
        WriteVersion(engine, cluster, version);
        FieldWriter.WriteHead(output, ResponseResources, ResourceSize(typeUrl.Length, name.Length));
        FieldWriter.WriteBytes(output, ResourceVersion, version);
        FieldWriter.WriteBytes(output, ResourceName, name);
        WriteAny(output, ResourceBody, typeUrl, name);
    }

    public static void WriteState(IBufferWriter<byte> output, ReadOnlySpan<byte> typeUrl, ReadOnlySpan<byte> name) =>
        WriteAny(output, ResponseResources, typeUrl, name);

    private static void WriteAny(IBufferWriter<byte> output, byte tag, ReadOnlySpan<byte> typeUrl, ReadOnlySpan<byte> name)
    {
        FieldWriter.WriteHead(output, tag, AnySize(typeUrl.Length, name.Length));
        FieldWriter.WriteBytes(output, AnyTypeUrl, typeUrl);
        FieldWriter.WriteHead(output, AnyValue, FieldWriter.SizeOfBytes(name.Length));
        FieldWriter.WriteBytes(output, AssignmentClusterName, name);
    }

    private static int AnySize(int typeUrl, int name) =>
        FieldWriter.SizeOfBytes(typeUrl) + FieldWriter.SizeOfBytes(FieldWriter.SizeOfBytes(name));

    private static int ResourceSize(int typeUrl, int name) =>
        FieldWriter.SizeOfBytes(VersionId.ContentTextLength) + FieldWriter.SizeOfBytes(name) + FieldWriter.SizeOfBytes(AnySize(typeUrl, name));

    private static void WriteVersion(ResourceEngine engine, ResourceRef cluster, Span<byte> text)
    {
        Span<byte> salt = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(salt, engine.Version(cluster).Value);
        VersionId.WriteContentText("no endpoints"u8, salt, text);
    }
}
