using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Responses;

/// <summary>Single fields of encoded messages.</summary>
internal static class MessageFields
{
    /// <summary>A length-delimited field of which there is one; of several the last counts. Empty without one.</summary>
    /// <param name="isMalformed">Set if the bytes are no message, else left as it is.</param>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, int field, scoped ref bool isMalformed)
    {
        TryFind(message, field, out var found, ref isMalformed);
        return found;
    }

    /// <summary>The same, for a field that may be there and empty.</summary>
    public static bool TryFind(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> found, scoped ref bool isMalformed)
    {
        found = default;
        var isThere = false;
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            if (fields.Field == field && fields.IsBytes)
            {
                found = fields.Bytes;
                isThere = true;
            }
        }

        isMalformed |= fields.Malformed;
        return isThere;
    }

    /// <summary>The message in an <c>Any</c>, if it is of a type.</summary>
    /// <param name="type">Full name of the type.</param>
    public static bool TryUnpack(ReadOnlySpan<byte> any, ReadOnlySpan<byte> type, out ReadOnlySpan<byte> message, scoped ref bool isMalformed)
    {
        message = Find(any, Any.ValueFieldNumber, ref isMalformed);
        return Find(any, Any.TypeUrlFieldNumber, ref isMalformed).EndsWith(type);
    }
}
