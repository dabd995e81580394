using System.Buffers;

namespace Mesh.Server.Ads.Http2.Hpack;

/// <summary>
/// Decodes the header blocks of one connection (RFC 7541). A whole block is given at once, so that its length is known to be bounded
/// before any of it is decoded.
/// </summary>
internal sealed class HeaderDecoder
{
    /// <summary>Size of the client's table until it has acknowledged another one (RFC 9113, section 6.5.2).</summary>
    public const int DefaultTableSize = 4096;

    /// <summary>More than this in an integer is an attack or a fault.</summary>
    private const int MaxInteger = 1 << 24;

    private DynamicHeaders? _dynamic;
    private int _tableSize = DefaultTableSize;
    private int _tableLimit = DefaultTableSize;

    /// <summary>The client has acknowledged the size of the table that we want.</summary>
    public void Limit(int tableSize)
    {
        _tableLimit = tableSize;
        if (_tableSize > tableSize)
        {
            _tableSize = tableSize;
            _dynamic?.Resize(tableSize);
        }
    }

    /// <summary>Decodes a block.</summary>
    /// <returns>False: it is malformed, and the connection cannot go on (section 4.3 of RFC 9113).</returns>
    public bool TryDecode(ReadOnlySpan<byte> block, IHeaderSink sink)
    {
        // A string decodes to at most 1.6 times its length; name and value are there at the same time.
        var most = HuffmanCode.MaxDecodedLength(block.Length);
        var scratch = ArrayPool<byte>.Shared.Rent(2 * most);
        try
        {
            return TryDecode(block, sink, scratch.AsSpan(0, most), scratch.AsSpan(most, most));
        }
        finally
        {
            // A credential may have been in it.
            ArrayPool<byte>.Shared.Return(scratch, clearArray: true);
        }
    }

    private bool TryDecode(ReadOnlySpan<byte> block, IHeaderSink sink, Span<byte> nameSpace, Span<byte> valueSpace)
    {
        var mayResize = true;
        var at = 0;
        while (at < block.Length)
        {
            var first = block[at];
            if ((first & 0x80) != 0)
            {
                if (!TryReadInteger(block, ref at, 7, out var index) || Find(index) is not { } field)
                {
                    return false;
                }

                sink.Field(field.Name, field.Value);
            }
            else if ((first & 0xE0) == 0x20)
            {
                // Only at the begin of a block (section 4.2).
                if (!mayResize || !TryReadInteger(block, ref at, 5, out var size) || size > _tableLimit)
                {
                    return false;
                }

                _tableSize = size;
                _dynamic?.Resize(size);
                continue;
            }
            else if (!TryDecodeLiteral(block, ref at, sink, isRemembered: (first & 0xC0) == 0x40, nameSpace, valueSpace))
            {
                return false;
            }

            mayResize = false;
        }

        return true;
    }

    private bool TryDecodeLiteral(ReadOnlySpan<byte> block, scoped ref int at, IHeaderSink sink, bool isRemembered, Span<byte> nameSpace, Span<byte> valueSpace)
    {
        if (!TryReadInteger(block, ref at, isRemembered ? 6 : 4, out var index))
        {
            return false;
        }

        ReadOnlySpan<byte> name;
        if (index == 0)
        {
            if (!TryReadString(block, ref at, nameSpace, out name))
            {
                return false;
            }
        }
        else if (Find(index) is { } known)
        {
            name = known.Name;
        }
        else
        {
            return false;
        }

        if (!TryReadString(block, ref at, valueSpace, out var value))
        {
            return false;
        }

        if (isRemembered)
        {
            (_dynamic ??= new DynamicHeaders(_tableSize)).Add(name, value);
        }

        sink.Field(name, value);
        return true;
    }

    private HeaderField? Find(int index)
    {
        if (index <= StaticHeaders.Count)
        {
            return index == 0 ? null : StaticHeaders.At(index);
        }

        index -= StaticHeaders.Count + 1;
        return _dynamic is not null && index < _dynamic.Count ? _dynamic.At(index) : null;
    }

    private static bool TryReadString(ReadOnlySpan<byte> block, scoped ref int at, Span<byte> space, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (at == block.Length)
        {
            return false;
        }

        var isCoded = (block[at] & 0x80) != 0;
        if (!TryReadInteger(block, ref at, 7, out var length) || length > block.Length - at)
        {
            return false;
        }

        text = block.Slice(at, length);
        at += length;
        if (!isCoded)
        {
            return true;
        }

        var decoded = HuffmanCode.Decode(text, space);
        text = space[..Math.Max(0, decoded)];
        return decoded >= 0;
    }

    /// <summary>An integer whose first bits are in the low bits of the first byte (section 5.1).</summary>
    private static bool TryReadInteger(ReadOnlySpan<byte> block, scoped ref int at, int prefixBits, out int value)
    {
        var most = (1 << prefixBits) - 1;
        value = block[at++] & most;
        if (value == most)
        {
            for (var shift = 0; ; shift += 7)
            {
                if (at == block.Length || shift > 21)
                {
                    return false;
                }

                var octet = block[at++];
                value += (octet & 0x7F) << shift;
                if (value > MaxInteger)
                {
                    return false;
                }

                if ((octet & 0x80) == 0)
                {
                    break;
                }
            }
        }

        return true;
    }
}
