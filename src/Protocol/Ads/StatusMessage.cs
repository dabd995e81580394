using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>The text of a <c>google.rpc.Status</c>.</summary>
internal static class StatusMessage
{
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> status, int messageField, out bool wellFormed)
    {
        ReadOnlySpan<byte> message = default;
        var reader = new FieldReader(status);
        while (reader.Next())
        {
            if (reader.Field == messageField && reader.IsBytes)
            {
                message = reader.Bytes;
            }
        }

        wellFormed = !reader.Malformed;
        return message;
    }
}
