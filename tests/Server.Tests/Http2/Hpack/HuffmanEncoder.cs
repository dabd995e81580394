using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Tests.Http2.Hpack;

/// <summary>The other direction: bits of each symbol, one after the other.</summary>
internal static class HuffmanEncoder
{
    /// <summary>Code of each symbol: of those of one length each is the one before it plus 1, and a longer one begins where the shorter ones end.</summary>
    private static readonly uint[] _codes = Codes();

    public static (uint Code, int Bits) CodeOf(int symbol) => (_codes[symbol], HuffmanCode.Lengths[symbol]);

    public static byte[] Encode(ReadOnlySpan<byte> text)
    {
        var bits = new List<bool>();
        foreach (var symbol in text)
        {
            var (code, length) = CodeOf(symbol);
            for (var bit = length - 1; bit >= 0; bit--)
            {
                bits.Add(((code >> bit) & 1) == 1);
            }
        }

        while (bits.Count % 8 != 0)
        {
            bits.Add(true);
        }

        return [.. bits.Chunk(8).Select(octet => (byte)octet.Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0)))];
    }

    private static uint[] Codes()
    {
        var lengths = HuffmanCode.Lengths.ToArray();
        var codes = new uint[lengths.Length];
        var (next, length) = (0u, 0);
        foreach (var symbol in Enumerable.Range(0, lengths.Length).OrderBy(symbol => lengths[symbol]).ThenBy(symbol => symbol))
        {
            next <<= lengths[symbol] - length;
            length = lengths[symbol];
            codes[symbol] = next++;
        }

        return codes;
    }
}
