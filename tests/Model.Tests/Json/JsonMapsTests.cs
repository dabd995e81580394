using System.Text.Json.Nodes;
using Mesh.Model.Json;

namespace Mesh.Model.Tests.Json;

public sealed class JsonMapsTests
{
    [Theory]
    [InlineData("null", "null")]
    [InlineData("1", "1")]
    [InlineData("""[null,"a",[{"x":1}]]""", """[null,"a",[{"x":""}]]""")]
    [InlineData("""{"x":{"x":1},"y":[{"x":[{"x":1}],"z":{"x":"a"}},{"y":null}]}""", """{"x":"","y":[{"x":"","z":{"x":""}},{"y":null}]}""")]
    public void Of_ValuesReplacedOnTheWay_FindsEveryObjectThatIsLeft(string json, string expected)
    {
        var tree = JsonNode.Parse(json);

        foreach (var map in JsonMaps.Of(tree).Where(map => map.ContainsKey("x")))
        {
            map["x"] = "";
        }

        Assert.Equal(expected, tree?.ToJsonString() ?? "null");
    }
}
