namespace Mesh.Protocol.Wire;

/// <summary>
/// Walks the fields of one encoded protobuf message in place. It copies nothing, never throws and never reads outside the
/// message; on malformed bytes it stops and says so.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Content of the current field when it is length-delimited; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Value of the current field when it is a varint; else 0.</summary>
    public ulong Varint { get; private set; }

    /// <summary>Whether the current field is length-delimited.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>Whether reading stopped because the bytes are no protobuf message.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Goes to the next field; false at the end and on malformed bytes.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || Malformed)
        {
            return false;
        }

        if (!TryVarint(ref _rest, out var tag) || tag >> 3 is 0 or > 0x1FFF_FFFF)
        {
            return Fail();
        }

        Field = (int)(tag >> 3);
        Bytes = default;
        Varint = 0;
        IsBytes = false;
        switch ((int)(tag & 7))
        {
            case WireVarint:
                Varint = TryVarint(ref _rest, out var value) ? value : Malform();
                return !Malformed;
            case WireFixed64:
                return Skip(8);
            case WireFixed32:
                return Skip(4);
            case WireBytes:
                return TakeBytes();
            default:
                return Fail();
        }
    }

    /// <summary>Reads a varint from the front.</summary>
    public static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            var b = bytes[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool TakeBytes()
    {
        if (!TryVarint(ref _rest, out var length) || length > (ulong)_rest.Length)
        {
            return Fail();
        }

        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        IsBytes = true;
        return true;
    }

    private bool Skip(int count)
    {
        if (_rest.Length < count)
        {
            return Fail();
        }

        _rest = _rest[count..];
        return true;
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }

    private ulong Malform()
    {
        Malformed = true;
        return 0;
    }
}
