using Mesh.Sidecar.Dataplanes;

namespace Mesh.Sidecar.Tests.Dataplanes;

public sealed class DataplaneDocumentTests
{
    [Fact]
    public void Parse_Variables_AreFilledIn()
    {
        var document = DataplaneDocument.Parse(
            "type: Dataplane\nmesh: {{ mesh }}\nname: {{name}}\nlabels:\n  a: \"{{ a.b }}\"\nnetworking: {address: {{{address}}}}\n",
            new Dictionary<string, string> { ["mesh"] = "air", ["name"] = "web-1", ["address"] = "10.0.0.1", ["a.b"] = "<&>" });

        Assert.Equal(("air", "web-1"), (document.Mesh, document.Name));
        Assert.Contains("a: \"<&>\"", document.Text, StringComparison.Ordinal);
        Assert.Contains("{address: 10.0.0.1}", document.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NoMesh_MeansDefault() =>
        Assert.Equal("default", DataplaneDocument.Parse("""{"type": "Dataplane", "name": "a"}""", new Dictionary<string, string>()).Mesh);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a", "is no mapping")]
    [InlineData("name: a", "no \"type: Dataplane\"")]
    [InlineData("type: Mesh\nname: a", "\"Mesh\"")]
    [InlineData("type: Dataplane", "no name")]
    [InlineData("type: Dataplane\nname: {{ name }}", "no name")]
    [InlineData("type: Dataplane\n name: [", "no YAML")]
    [InlineData("type: Dataplane\nname: {{ name", "template")]
    [InlineData("type: Dataplane\nname: a\n---\ntype: Dataplane\nname: b", "more than one")]
    public void Parse_NoDataplane_SaysWhy(string text, string reason)
    {
        var fault = Assert.Throws<SidecarException>(() => DataplaneDocument.Parse(text, new Dictionary<string, string>()));

        Assert.Equal(SidecarException.BadInput, fault.ExitCode);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }
}
