using System.Text;
using Mesh.Model.Text;

namespace Mesh.Model.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("{\"a\":\"b\"}", "{\"a\":\"b\"}")]
    [InlineData("\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\"")]
    [InlineData("\"\\ud83d\"", "\"\\uFFFD\"")]
    [InlineData("\"\\ude00\\ud83d\"", "\"\\uFFFD\\uFFFD\"")]
    [InlineData("\"\\\\ud83d\"", "\"\\\\ud83d\"")]
    [InlineData("\"\\u12", "\"\\u12")]
    public void Repair_Escapes_HalvesAreReplaced(string text, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(JsonText.Repair(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Repair_BytesThatAreNoText_AreReplaced() =>
        Assert.Equal("\"\uFFFD\"", Encoding.UTF8.GetString(JsonText.Repair([(byte)'"', 0xDA, (byte)'"'])));
}
