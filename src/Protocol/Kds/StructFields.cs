using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Kds;

/// <summary>Looks into an encoded <c>google.protobuf.Struct</c> in place.</summary>
internal static class StructFields
{
    private const int Fields = 1;
    private const int EntryKey = 1;
    private const int EntryValue = 2;
    private const int StringValue = 3;

    /// <summary>The string under a key; empty when there is none or the bytes are no such message.</summary>
    public static ReadOnlySpan<byte> FindString(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> found = default;
        var reader = new FieldReader(encoded);
        while (reader.Next())
        {
            if (reader.Field == Fields && reader.IsBytes && StringOf(reader.Bytes, key, out var text))
            {
                found = text;
            }
        }

        return reader.Malformed ? default : found;
    }

    private static bool StringOf(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> value = default;
        var reader = new FieldReader(entry);
        while (reader.Next())
        {
            if (reader.Field == EntryKey && reader.IsBytes)
            {
                name = reader.Bytes;
            }
            else if (reader.Field == EntryValue && reader.IsBytes)
            {
                value = reader.Bytes;
            }
        }

        text = default;
        if (reader.Malformed || !name.SequenceEqual(key))
        {
            return false;
        }

        var kinds = new FieldReader(value);
        while (kinds.Next())
        {
            text = kinds.Field == StringValue && kinds.IsBytes ? kinds.Bytes : default;
        }

        return !kinds.Malformed;
    }
}
