using Google.Protobuf;

namespace Mesh.Server.Kds.Wire;

/// <summary>One resource of a zone as Global keeps it: a message of <see cref="KdsMethods.Copies"/>.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its wire name.</param>
/// <param name="Payload">The encoded <c>KumaResource</c>.</param>
internal sealed record CopiedResource(string Kind, string Name, ByteString Payload)
{
    private const int KindField = 1;
    private const int NameField = 2;
    private const int PayloadField = 3;

    public byte[] Encode()
    {
        using var bytes = new MemoryStream(Payload.Length + Name.Length + 64);
        var output = new CodedOutputStream(bytes);
        output.WriteTag(KindField, WireFormat.WireType.LengthDelimited);
        output.WriteString(Kind);
        output.WriteTag(NameField, WireFormat.WireType.LengthDelimited);
        output.WriteString(Name);
        output.WriteTag(PayloadField, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(Payload);
        output.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public static CopiedResource Decode(ReadOnlyMemory<byte> encoded)
    {
        var copy = new CopiedResource("", "", ByteString.Empty);
        var input = new CodedInputStream(encoded.ToArray());
        while (input.ReadTag() is var tag && tag != 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case KindField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                    copy = copy with { Kind = input.ReadString() };
                    break;
                case NameField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                    copy = copy with { Name = input.ReadString() };
                    break;
                case PayloadField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                    copy = copy with { Payload = input.ReadBytes() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return copy;
    }
}
