using System.Text;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Tests.Http2.Hpack;

public sealed class HuffmanCodeTests
{
    private const int EndOfString = 256;

    [Fact]
    public void Lengths_OfAllSymbols_MakeACompleteCode()
    {
        const int Longest = 30;
        Assert.Equal(257, HuffmanCode.Lengths.Length);
        Assert.Equal(1L << Longest, HuffmanCode.Lengths.ToArray().Sum(length => 1L << (Longest - length)));
    }

    [Theory]
    [InlineData('0', 0x0, 5)]
    [InlineData('1', 0x1, 5)]
    [InlineData('a', 0x3, 5)]
    [InlineData('t', 0x9, 5)]
    [InlineData(' ', 0x14, 6)]
    [InlineData('%', 0x15, 6)]
    [InlineData('-', 0x16, 6)]
    [InlineData('=', 0x20, 6)]
    [InlineData('A', 0x21, 6)]
    [InlineData('_', 0x22, 6)]
    [InlineData('u', 0x2d, 6)]
    [InlineData(':', 0x5c, 7)]
    [InlineData('B', 0x5d, 7)]
    [InlineData('z', 0x7b, 7)]
    [InlineData('&', 0xf8, 8)]
    [InlineData('*', 0xf9, 8)]
    [InlineData(';', 0xfb, 8)]
    [InlineData('X', 0xfc, 8)]
    [InlineData('Z', 0xfd, 8)]
    [InlineData('!', 0x3f8, 10)]
    [InlineData('?', 0x3fc, 10)]
    [InlineData('\'', 0x7fa, 11)]
    [InlineData('|', 0x7fc, 11)]
    [InlineData('#', 0xffa, 12)]
    [InlineData('>', 0xffb, 12)]
    [InlineData('\0', 0x1ff8, 13)]
    [InlineData('@', 0x1ffa, 13)]
    [InlineData('~', 0x1ffd, 13)]
    [InlineData('^', 0x3ffc, 14)]
    [InlineData('<', 0x7ffc, 15)]
    [InlineData('{', 0x7ffe, 15)]
    [InlineData('\\', 0x7fff0, 19)]
    [InlineData(0xc3, 0x7fff1, 19)]
    [InlineData(0x80, 0xfffe6, 20)]
    [InlineData(0x01, 0x7fffd8, 23)]
    [InlineData(0x02, 0xfffffe2, 28)]
    [InlineData(0xf9, 0xffffffe, 28)]
    [InlineData(0x0a, 0x3ffffffc, 30)]
    [InlineData(0x16, 0x3ffffffe, 30)]
    [InlineData(EndOfString, 0x3fffffff, 30)]
    public void Symbol_OfAppendixB_HasItsCode(int symbol, uint code, int bits)
    {
        Assert.Equal((code, bits), HuffmanEncoder.CodeOf(symbol));
        if (symbol != EndOfString)
        {
            Assert.Equal([(byte)symbol], Decode(HuffmanEncoder.Encode([(byte)symbol]))!);
        }
    }

    [Theory]
    [InlineData("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com")]
    [InlineData("a8eb10649cbf", "no-cache")]
    [InlineData("25a849e95ba97d7f", "custom-key")]
    [InlineData("25a849e95bb8e8b4bf", "custom-value")]
    [InlineData("6402", "302")]
    [InlineData("640eff", "307")]
    [InlineData("aec3771a4b", "private")]
    [InlineData("9bd9ab", "gzip")]
    [InlineData("9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com")]
    [InlineData("d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT")]
    public void String_OfAppendixC_IsDecodedAndEncoded(string coded, string text)
    {
        Assert.Equal(text, Encoding.ASCII.GetString(Decode(Convert.FromHexString(coded))!));
        Assert.Equal(coded, Convert.ToHexStringLower(HuffmanEncoder.Encode(Encoding.ASCII.GetBytes(text))));
    }

    [Fact]
    public void Decode_AnyEncodedBytes_GivesThem()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var text = new byte[random.Next(100)];
            random.NextBytes(text);
            Assert.Equal(text, Decode(HuffmanEncoder.Encode(text)));
        }
    }

    [Fact]
    public void Decode_AnyBytes_GivesWhatIsEncodedToThemOrNothing()
    {
        var random = new Random(2);
        var understood = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var coded = new byte[random.Next(1, 8)];
            random.NextBytes(coded);
            if (Decode(coded) is { } text)
            {
                understood++;
                Assert.Equal(coded, HuffmanEncoder.Encode(text));
            }
        }

        Assert.InRange(understood, 100, 20_000);
    }

    [Theory]
    [InlineData("ff", "eight bits of padding")]
    [InlineData("f1e3c2e5f23a6ba0ab90f4ffff", "fifteen bits of padding")]
    [InlineData("06", "padding that is not all ones")]
    [InlineData("ffffffff", "end of the string")]
    [InlineData("fffffffc", "end of the string, and more")]
    [InlineData("fe", "begin of a symbol")]
    public void Decode_Malformed_IsRefused(string coded, string what) => Assert.True(Decode(Convert.FromHexString(coded)) is null, what);

    [Fact]
    public void Decode_Empty_IsEmpty() => Assert.Empty(Decode([])!);

    private static byte[]? Decode(byte[] coded)
    {
        var to = new byte[HuffmanCode.MaxDecodedLength(coded.Length)];
        var length = HuffmanCode.Decode(coded, to);
        return length < 0 ? null : to[..length];
    }
}
