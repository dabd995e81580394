using System.Buffers;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>
/// Writes a planned <c>DeltaDiscoveryResponse</c> as one gRPC message, that of a large one as far as its resources, which come last. They are
/// copied as they are stored.
/// </summary>
internal static class DeltaResponse
{
    private const byte SystemVersion = 0x0A;
    private const byte TypeUrl = 0x22;
    private const byte Nonce = 0x2A;
    private const byte RemovedResources = 0x32;
    private const byte ControlPlane = 0x3A;
    private const int VersionLength = 32;

    /// <returns>Bytes of the message.</returns>
    public static int Write(
        IBufferWriter<byte> output,
        ResourceEngine engine,
        ResponseHead head,
        TypeChannel channel,
        ResponsePlan plan,
        ResourceSlice? clusters,
        UInt128 snapshotVersion,
        long nonce,
        long now,
        ref ResponseRest rest)
    {
        Span<byte> nonceBuffer = stackalloc byte[20];
        var nonceText = ResponseHead.NonceText(nonce, nonceBuffer);
        var length = Measure(engine, head, channel, plan, nonceText.Length);
        FieldWriter.WriteMessagePrefix(output, length);

        Span<byte> version = stackalloc byte[VersionLength];
        ResponseHead.WriteHex(snapshotVersion, version);
        FieldWriter.WriteBytes(output, SystemVersion, version);
        foreach (var empty in plan.Empty)
        {
            EmptyAssignment.WriteDelta(output, channel.TypeUrl, engine.Symbols.Name(empty.Name), engine, clusters!.Find(empty.Name));
        }

        FieldWriter.WriteBytes(output, TypeUrl, channel.TypeUrl);
        FieldWriter.WriteBytes(output, Nonce, nonceText);
        foreach (var removed in plan.Removed)
        {
            FieldWriter.WriteBytes(output, RemovedResources, engine.Symbols.Name(removed));
        }

        if (!head.ControlPlane.IsEmpty)
        {
            FieldWriter.WriteBytes(output, ControlPlane, head.ControlPlane);
        }

        rest.Begin(output, engine, channel, plan, nonce, length, isDelta: true, now);
        return length;
    }

    private static int Measure(ResourceEngine engine, ResponseHead head, TypeChannel channel, ResponsePlan plan, int nonceLength)
    {
        var length = FieldWriter.SizeOfBytes(VersionLength)
            + FieldWriter.SizeOfBytes(channel.TypeUrl.Length)
            + FieldWriter.SizeOfBytes(nonceLength);
        foreach (var resource in plan.Resources)
        {
            length += engine.DeltaField(resource).Length;
        }

        foreach (var empty in plan.Empty)
        {
            length += EmptyAssignment.DeltaSize(channel.TypeUrl.Length, engine.Symbols.Name(empty.Name).Length);
        }

        foreach (var removed in plan.Removed)
        {
            length += FieldWriter.SizeOfBytes(engine.Symbols.Name(removed).Length);
        }

        return length + (head.ControlPlane.IsEmpty ? 0 : FieldWriter.SizeOfBytes(head.ControlPlane.Length));
    }
}
