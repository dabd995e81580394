using CsCheck;
using Mesh.Model.Values;

namespace Mesh.Model.Tests.Text;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("1500ms", "1.5s")]
    [InlineData("11m", "11m0s")]
    [InlineData("1h", "1h0m0s")]
    [InlineData("99s", "1m39s")]
    [InlineData("0", "0s")]
    [InlineData("-1s", "-1s")]
    [InlineData("1.5µs", "1.5µs")]
    [InlineData("7ns", "7ns")]
    [InlineData("25h30m10.5s", "25h30m10.5s")]
    public void Parse_Duration_PrintsNormalised(string text, string normal) => Assert.Equal(normal, GoDuration.Parse(text).ToString());

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("5", "time: missing unit in duration \"5\"")]
    [InlineData("5x", "time: unknown unit \"x\" in duration \"5x\"")]
    [InlineData("x", "time: invalid duration \"x\"")]
    [InlineData("9999999999h", "time: invalid duration \"9999999999h\"")]
    public void Parse_BadText_TellsWhatGoTells(string text, string error) =>
        Assert.Equal(error, Assert.Throws<FormatException>(() => GoDuration.Parse(text)).Message);

    [Fact]
    public void ParseThenPrint_AnyDuration_IsTheSame() =>
        Gen.Long.Sample(n => GoDuration.Parse(new GoDuration(n).ToString()).Nanoseconds == n);
}
