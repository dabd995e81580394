using Google.Protobuf;

namespace Mesh.Server.Kds.Wire;

/// <summary>What a zone answers about a proxy: <c>XDSConfigResponse</c>, <c>StatsResponse</c> or <c>ClustersResponse</c>, which are alike.</summary>
/// <param name="RequestId">Joins question and answer.</param>
/// <param name="Error">Why there is no answer; null: there is one.</param>
/// <param name="Content">What the proxy said.</param>
internal sealed record AdminAnswer(string RequestId, string? Error, ByteString Content)
{
    private const int RequestIdField = 1;
    private const int ErrorField = 2;
    private const int ContentField = 3;

    public byte[] Encode()
    {
        using var bytes = new MemoryStream(Content.Length + 64);
        var output = new CodedOutputStream(bytes);
        output.WriteTag(RequestIdField, WireFormat.WireType.LengthDelimited);
        output.WriteString(RequestId);
        if (Error is not null)
        {
            output.WriteTag(ErrorField, WireFormat.WireType.LengthDelimited);
            output.WriteString(Error);
        }
        else
        {
            output.WriteTag(ContentField, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(Content);
        }

        output.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public static AdminAnswer Decode(ReadOnlyMemory<byte> encoded)
    {
        var answer = new AdminAnswer("", null, ByteString.Empty);
        var input = new CodedInputStream(encoded.ToArray());
        while (input.ReadTag() is var tag && tag != 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case RequestIdField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                    answer = answer with { RequestId = input.ReadString() };
                    break;
                case ErrorField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                    answer = answer with { Error = input.ReadString() };
                    break;
                case ContentField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                    answer = answer with { Content = input.ReadBytes() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return answer;
    }
}
