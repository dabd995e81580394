using System.Buffers;
using System.Text;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>Writes the <c>DeltaDiscoveryRequest</c>s of a receiver.</summary>
internal sealed class KdsRequestWriter
{
    private const byte Node = 0x0A;
    private const byte TypeUrl = 0x12;
    private const byte Subscribe = 0x1A;
    private const byte InitialVersions = 0x2A;
    private const byte Nonce = 0x32;
    private const byte ErrorDetail = 0x3A;
    private const byte NodeId = 0x0A;
    private const byte NodeMetadata = 0x1A;
    private const byte EntryKey = 0x0A;
    private const byte EntryValue = 0x12;
    private const byte StatusCode = 0x08;
    private const byte StatusMessage = 0x12;

    /// <summary>gRPC's INVALID_ARGUMENT.</summary>
    private const byte InvalidArgument = 3;

    private readonly byte[] _id;
    private readonly byte[] _idWithMetadata;

    public KdsRequestWriter(string nodeId, ReadOnlySpan<byte> nodeMetadata)
    {
        var node = new ArrayBufferWriter<byte>();
        FieldWriter.WriteBytes(node, NodeId, Encoding.UTF8.GetBytes(nodeId));
        _id = node.WrittenSpan.ToArray();
        FieldWriter.WriteBytes(node, NodeMetadata, nodeMetadata);
        _idWithMetadata = node.WrittenSpan.ToArray();
    }

    /// <summary>Writes a type's first request, or as much of it as fits; the wildcard is asked for when all is said.</summary>
    /// <returns>Whether all is said.</returns>
    public bool WriteQuestion(IBufferWriter<byte> output, KdsQuestion question, bool withMetadata, int budget)
    {
        FieldWriter.WriteBytes(output, Node, withMetadata ? _idWithMetadata : _id);
        WriteText(output, TypeUrl, question.Type);
        var left = budget;
        while (question.TryPeek(out var held))
        {
            var key = FieldWriter.SizeOfBytes(Encoding.UTF8.GetByteCount(held.Key));
            var value = FieldWriter.SizeOfBytes(Encoding.UTF8.GetByteCount(held.Value));
            var size = FieldWriter.SizeOfBytes(key + value);
            if (size > left && left < budget)
            {
                return false;
            }

            left -= size;
            FieldWriter.WriteHead(output, InitialVersions, key + value);
            WriteText(output, EntryKey, held.Key);
            WriteText(output, EntryValue, held.Value);
            question.Take();
        }

        FieldWriter.WriteBytes(output, Subscribe, "*"u8);
        return true;
    }

    /// <summary>Writes the answer to a response.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">Its type.</param>
    /// <param name="nonce">Its nonce.</param>
    /// <param name="error">Why it is rejected; null: it is accepted.</param>
    public void WriteAnswer(IBufferWriter<byte> output, string type, string nonce, byte[]? error)
    {
        FieldWriter.WriteBytes(output, Node, _id);
        WriteText(output, TypeUrl, type);
        WriteText(output, Nonce, nonce);
        if (error is not null)
        {
            FieldWriter.WriteHead(output, ErrorDetail, 2 + FieldWriter.SizeOfBytes(error.Length));
            output.Write([StatusCode, InvalidArgument]);
            FieldWriter.WriteBytes(output, StatusMessage, error);
        }
    }

    private static void WriteText(IBufferWriter<byte> output, byte tag, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        FieldWriter.WriteHead(output, tag, length);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }
}
