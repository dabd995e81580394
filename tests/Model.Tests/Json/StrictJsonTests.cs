using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Json;

namespace Mesh.Model.Tests.Json;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":[1]},"A":2}""")]
    [InlineData("""["\ud83d\ude00", "\\ud800", "ü", "\u00e9"]""")]
    public void Parse_Good_IsTheTree(string json) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), StrictJson.Parse(Encoding.UTF8.GetBytes(json))));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""[{"b":{"a":1,"\u0061":2}}]""")]
    [InlineData(""" "\ud800" """)]
    [InlineData("""{"\udc00":1}""")]
    public void Parse_WhatWouldFailLater_IsRefusedNow(string json) => Assert.ThrowsAny<JsonException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Parse_NotUtf8_IsRefused() => Assert.ThrowsAny<JsonException>(() => StrictJson.Parse([(byte)'"', 0xFF, (byte)'"']));
}
