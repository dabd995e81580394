namespace Mesh.Server.Ads.Http2.Hpack;

/// <summary>
/// The Huffman code of header strings (RFC 7541, appendix B). It is canonical: codes of one length are consecutive numbers in the order of
/// their symbols, so that the lengths alone say everything.
/// </summary>
internal static class HuffmanCode
{
    private const int Shortest = 5;
    private const int Longest = 30;
    private const int EndOfString = 256;

    /// <summary>How many code points of each length there are, the first code of each, and where its symbols begin.</summary>
    private static readonly int[] _counts = new int[Longest + 1];
    private static readonly int[] _firstCodes = new int[Longest + 1];
    private static readonly int[] _offsets = new int[Longest + 1];
    private static readonly short[] _symbols = new short[EndOfString + 1];

    static HuffmanCode()
    {
        foreach (var length in Lengths)
        {
            _counts[length]++;
        }

        var (code, offset) = (0, 0);
        for (var length = 1; length <= Longest; length++)
        {
            code <<= 1;
            (_firstCodes[length], _offsets[length]) = (code, offset);
            code += _counts[length];
            offset += _counts[length];
        }

        var next = (int[])_offsets.Clone();
        for (var symbol = 0; symbol <= EndOfString; symbol++)
        {
            _symbols[next[Lengths[symbol]]++] = (short)symbol;
        }
    }

    /// <summary>Bits of the code of each byte and, last, of the end of a string.</summary>
    internal static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Most bytes that a coded string can be decoded to.</summary>
    public static int MaxDecodedLength(int coded) => (coded * 8 / Shortest) + 1;

    /// <summary>Decodes a string.</summary>
    /// <param name="coded">The coded bytes.</param>
    /// <param name="to">At least <see cref="MaxDecodedLength"/> bytes.</param>
    /// <returns>Bytes written; -1: the string is malformed (section 5.2).</returns>
    public static int Decode(ReadOnlySpan<byte> coded, Span<byte> to)
    {
        var (code, length, written) = (0, 0, 0);
        foreach (var octet in coded)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((octet >> bit) & 1);
                length++;
                var index = code - _firstCodes[length];
                if (index < _counts[length])
                {
                    var symbol = _symbols[_offsets[length] + index];
                    if (symbol == EndOfString)
                    {
                        return -1;
                    }

                    to[written++] = (byte)symbol;
                    (code, length) = (0, 0);
                }
                else if (length == Longest)
                {
                    return -1;
                }
            }
        }

        // What is left is padding: fewer than eight bits, all ones.
        return length < 8 && code == (1 << length) - 1 ? written : -1;
    }
}
