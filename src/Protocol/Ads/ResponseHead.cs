using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>The parts of a response that are not resources: type, nonce and who answers.</summary>
internal sealed class ResponseHead
{
    private readonly byte[] _controlPlane;

    public ResponseHead(string controlPlaneId)
    {
        // ControlPlane.identifier = 1.
        var id = Encoding.UTF8.GetBytes(controlPlaneId);
        var writer = new ArrayBufferWriter<byte>();
        FieldWriter.WriteBytes(writer, 0x0A, id);
        _controlPlane = id.Length == 0 ? [] : writer.WrittenSpan.ToArray();
    }

    /// <summary>The encoded <c>ControlPlane</c> message.</summary>
    public ReadOnlySpan<byte> ControlPlane => _controlPlane;

    /// <summary>A version as 32 hexadecimal digits.</summary>
    public static void WriteHex(UInt128 version, Span<byte> text)
    {
        // A resource has one, and formatting a number of 128 bits takes digit after digit.
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, version);
        Convert.TryToHexStringLower(bytes, text, out _);
    }

    /// <summary>A nonce as decimal digits: opaque to clients, readable to us.</summary>
    public static ReadOnlySpan<byte> NonceText(long nonce, Span<byte> buffer)
    {
        nonce.TryFormat(buffer, out var length);
        return buffer[..length];
    }

    /// <summary>The number of a nonce that a client sent back; 0 when it is none of ours.</summary>
    public static long ParseNonce(ReadOnlySpan<byte> text) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out long nonce, out var consumed) && consumed == text.Length ? nonce : 0;
}
