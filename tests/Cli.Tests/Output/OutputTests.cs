using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Tests.Output;

public sealed class OutputTests
{
    [Fact]
    public void Table_Rows_ArePaddedWithThreeBlanks()
    {
        var table = new Table("MESH", "NAME", "AGE");
        table.Add("default", "a", "1s");
        table.Add("m", "longer-name", "12d");

        Assert.Equal("MESH      NAME          AGE\ndefault   a             1s\nm         longer-name   12d\n", table.ToString());
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(59, "59s")]
    [InlineData(61, "1m")]
    [InlineData(7200, "2h")]
    [InlineData(90000 * 2, "2d")]
    public void Age_Seconds_AreShownInTheirLargestUnit(int seconds, string expected)
    {
        var now = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(expected, Age.Of(now.AddSeconds(-seconds).ToString("O"), now));
    }

    [Theory]
    [InlineData("""{"b":1,"a":{"c":[],"d":{}}}""", "a:\n  c: []\n  d: {}\nb: 1\n")]
    [InlineData("""{"l":[{"x":1,"z":[2]},"t"]}""", "l:\n- x: 1\n  z:\n  - 2\n- t\n")]
    [InlineData("""{"s":"True","n":"007","t":"2026-01-01T00:00:00Z","e":"","q":"{{ .X }}"}""", "e: \"\"\n\"n\": \"007\"\nq: '{{ .X }}'\ns: \"True\"\nt: \"2026-01-01T00:00:00Z\"\n")]
    [InlineData("""{"m":"one\ntwo\n"}""", "m: |\n  one\n  two\n")]
    public void Yaml_Json_IsWrittenAsKumactlWritesIt(string json, string expected)
    {
        Assert.Equal(expected, YamlText.Of(JsonNode.Parse(json)));
    }
}
