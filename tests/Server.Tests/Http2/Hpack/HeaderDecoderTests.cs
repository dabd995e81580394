using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Tests.Http2.Hpack;

public sealed class HeaderDecoderTests
{
    private readonly HeaderDecoder _decoder = new();

    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header")]
    [InlineData("040c2f73616d706c652f70617468", ":path: /sample/path")]
    [InlineData("100870617373776f726406736563726574", "password: secret")]
    [InlineData("82", ":method: GET")]
    public void Block_OfAppendixC2_IsDecoded(string block, string fields) => Assert.Equal(fields, Decode(block));

    [Theory]
    [InlineData("828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")]
    [InlineData("828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")]
    public void Requests_OfAppendixC3AndC4_AreDecoded(string first, string second, string third)
    {
        Assert.Equal(":method: GET, :scheme: http, :path: /, :authority: www.example.com", Decode(first));
        Assert.Equal(":method: GET, :scheme: http, :path: /, :authority: www.example.com, cache-control: no-cache", Decode(second));
        Assert.Equal(":method: GET, :scheme: https, :path: /index.html, :authority: www.example.com, custom-key: custom-value", Decode(third));
    }

    [Theory]
    [InlineData(
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31")]
    [InlineData(
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007")]
    public void Responses_OfAppendixC5AndC6_AreDecodedWithinATableOf256Bytes(string first, string second, string third)
    {
        const string Rest = "cache-control: private, date: Mon, 21 Oct 2013 20:13:21 GMT, location: https://www.example.com";
        // The table of these examples, by what makes one so small.
        Assert.Equal("", Decode("3fe101"));
        Assert.Equal(":status: 302, " + Rest, Decode(first));
        Assert.Equal(":status: 307, " + Rest, Decode(second));
        Assert.Equal(
            ":status: 200, cache-control: private, date: Mon, 21 Oct 2013 20:13:22 GMT, location: https://www.example.com, content-encoding: gzip, "
            + "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            Decode(third));
        Assert.Equal("set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1, content-encoding: gzip, date: Mon, 21 Oct 2013 20:13:22 GMT", Decode("bebfc0"));
        Assert.Null(Decode("c1"));
    }

    [Theory]
    [InlineData("", "nothing", true)]
    [InlineData("80", "index 0", false)]
    [InlineData("be", "index behind the tables", false)]
    [InlineData("7f0001ff", "name behind the tables", false)]
    [InlineData("00", "literal without a name", false)]
    [InlineData("000161", "literal without a value", false)]
    [InlineData("0001610262", "value that is cut off", false)]
    [InlineData("00ff", "length that is cut off", false)]
    [InlineData("ffffffffff0f", "integer that is too large", false)]
    [InlineData("ff808080808000", "integer of too many bytes", false)]
    [InlineData("8220", "size update behind a field", false)]
    [InlineData("3fe21f", "size above the limit", false)]
    [InlineData("3fe11f", "size at the limit", true)]
    [InlineData("20203fe11f82", "several size updates", true)]
    public void Block_RightOrWrong_IsDecodedOrRefused(string block, string what, bool isRight) => Assert.True(isRight == Decode(block) is not null, what);

    [Fact]
    public void Table_NewFields_PushOutTheOldest()
    {
        // Each counts for 2 + 32 bytes: three fit into 110.
        Assert.Equal("", Decode("3f4f"));
        Assert.NotNull(Decode("400161013140016201324001630133" + "4001640134"));
        Assert.Equal("d: 4, c: 3, b: 2", Decode("bebfc0"));
        Assert.Null(Decode("c1"));
    }

    [Fact]
    public void Table_FieldThatIsTooLarge_EmptiesIt()
    {
        Assert.NotNull(Decode("3f11" + "4001610131"));
        Assert.Equal("a: 1", Decode("be"));
        Assert.Equal("aaaaaaaaaaaaaaaaaaaa: 1", Decode("4014" + string.Concat(Enumerable.Repeat("61", 20)) + "0131"));
        Assert.Null(Decode("be"));
    }

    [Fact]
    public void Table_NewFieldWithTheNameOfOneThatItPushesOut_HasIt()
    {
        Assert.NotNull(Decode("3f11" + "4001610131"));
        Assert.Equal("a: 2", Decode("7e0132"));
        Assert.Equal("a: 2", Decode("be"));
    }

    [Fact]
    public void Table_SizeOf0_ForgetsAll()
    {
        Assert.NotNull(Decode("4001610131"));
        Assert.Equal("", Decode("203fe11f"));
        Assert.Null(Decode("be"));
    }

    [Fact]
    public void Limit_Lowered_HoldsWithoutASizeUpdate()
    {
        Assert.NotNull(Decode("4001610131"));
        _decoder.Limit(0);
        Assert.Null(Decode("be"));
        Assert.NotNull(Decode("4001610131"));
        Assert.Null(Decode("be"));
        Assert.NotNull(Decode("2082"));
        Assert.Null(Decode("2182"));
    }

    [Fact]
    public void Decode_WhatAnEncoderMakes_GivesTheFields()
    {
        var random = new Random(3);
        for (var connection = 0; connection < 50; connection++)
        {
            var decoder = new HeaderDecoder();
            var encoder = new PlainEncoder(random);
            for (var block = 0; block < 40; block++)
            {
                var fields = Enumerable.Range(0, random.Next(12)).Select(_ => (Name(random), Value(random))).ToList();
                Assert.Equal(fields, FieldList.Decode(decoder, encoder.Encode(fields)));
            }
        }
    }

    private static string Name(Random random) => random.Next(3) == 0 ? "content-type" : "name-" + random.Next(20);

    private static string Value(Random random) => new((char)random.Next(1, 256), random.Next(10) == 0 ? random.Next(3000) : random.Next(20));

    private string? Decode(string block) => FieldList.Decode(_decoder, Convert.FromHexString(block)) is { } fields
        ? string.Join(", ", fields.Select(field => $"{field.Name}: {field.Value}"))
        : null;
}
