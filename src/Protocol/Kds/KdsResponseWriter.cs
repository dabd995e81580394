using System.Buffers;
using Mesh.Engine;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>Writes a planned <c>DeltaDiscoveryResponse</c>. Resources are copied as they are stored.</summary>
internal static class KdsResponseWriter
{
    private const byte SystemVersion = 0x0A;
    private const byte TypeUrl = 0x22;
    private const byte Nonce = 0x2A;
    private const byte RemovedResources = 0x32;

    /// <summary>Writes a response.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="engine">Stores the resources.</param>
    /// <param name="type">Type as the peer called it.</param>
    /// <param name="nonce">Its nonce.</param>
    /// <param name="plan">What it says.</param>
    /// <param name="marker">Its <c>system_version_info</c>; may be empty.</param>
    /// <param name="largest">Bytes of a resource that is written at most; larger ones are left out.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(
        IBufferWriter<byte> output,
        ResourceEngine engine,
        ReadOnlySpan<byte> type,
        long nonce,
        KdsPlan plan,
        ReadOnlySpan<byte> marker,
        int largest)
    {
        var length = 0;
        if (!marker.IsEmpty)
        {
            length += Field(output, SystemVersion, marker);
        }

        foreach (var resource in plan.Changes.Resources)
        {
            var field = engine.DeltaField(resource);
            if (field.Length <= largest)
            {
                output.Write(field);
                length += field.Length;
            }
        }

        Span<byte> buffer = stackalloc byte[20];
        length += Field(output, TypeUrl, type);
        length += Field(output, Nonce, ResponseHead.NonceText(nonce, buffer));
        foreach (var name in plan.Gone)
        {
            length += Field(output, RemovedResources, name);
        }

        foreach (var name in plan.Changes.Removed)
        {
            length += Field(output, RemovedResources, engine.Symbols.Name(name));
        }

        return length;
    }

    private static int Field(IBufferWriter<byte> output, byte tag, ReadOnlySpan<byte> bytes)
    {
        FieldWriter.WriteBytes(output, tag, bytes);
        return FieldWriter.SizeOfBytes(bytes.Length);
    }
}
