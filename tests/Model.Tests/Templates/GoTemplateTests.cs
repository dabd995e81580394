using Mesh.Model.Templates;

namespace Mesh.Model.Tests.Templates;

public sealed class GoTemplateTests
{
    [Theory]
    [InlineData("{{ .Mesh }}.{{ .Zone }}.mesh.local", "m.z.mesh.local")]
    [InlineData("/ns/{{.Namespace}}/x", "/ns/ns-1/x")]
    [InlineData("a {{- .Mesh -}} b", "amb")]
    [InlineData("/{{ label \"app\" }}", "/web")]
    [InlineData("/{{ label `app` }}", "/web")]
    [InlineData("/{{ \"app\" | label }}", "/web")]
    [InlineData("{{ \"a\\\"b\" }}", "a\"b")]
    [InlineData("plain { .Mesh } }}", "plain { .Mesh } }}")]
    [InlineData("", "")]
    public void Render_KnownFieldsAndLabels_GivesText(string source, string expected)
    {
        Assert.True(GoTemplate.TryParse(source, out var template, out var error), error);
        Assert.True(template.TryRender(Field, key => key == "app" ? "web" : null, out var text, out error), error);
        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData("{{ .Namespace|invalid }}", "template: :1: function \"invalid\" not defined")]
    [InlineData("{{ .Mesh|1 }}.{ .Zone|2 }", "template: :1: non executable command in pipeline stage 2")]
    [InlineData("{{ .Mesh", "template: :1: unclosed action")]
    [InlineData("{{ }}", "template: :1: missing value for command")]
    [InlineData("{{ .Mesh | }}", "template: :1: missing value for command")]
    [InlineData("x\n{{ \"a }}", "template: :2: unterminated quoted string")]
    [InlineData("{{ if .Mesh }}x{{ end }}", "template: :1: function \"if\" not defined")]
    [InlineData("{{ label }}", "template: :1: function \"label\" takes one quoted key")]
    [InlineData("{{ .Mesh .Zone }}", "template: :1: only {{ .Field }} and {{ label \"key\" }} are supported")]
    [InlineData("{{ $x }}", "template: :1: unexpected \"$\" in command")]
    public void Parse_Fault_IsSaidAsGoSaysIt(string source, string expected)
    {
        Assert.False(GoTemplate.TryParse(source, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Parse_TooLong_IsRefused()
    {
        Assert.False(GoTemplate.TryParse(new string('a', GoTemplate.MaxLength + 1), out _, out var error));
        Assert.Contains("longer than", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_UnknownFieldOrLabel_SaysWhich()
    {
        Assert.True(GoTemplate.TryParse("{{ .Nope }}", out var template, out _));
        Assert.False(template.TryRender(Field, _ => null, out _, out var error));
        Assert.Equal("no value for field .Nope", error);
        Assert.True(GoTemplate.TryParse("{{ label \"x\" }}", out template, out _));
        Assert.False(template.TryRender(Field, _ => null, out _, out error));
        Assert.Equal("label \"x\" not found", error);
    }

    [Fact]
    public void Parse_Template_NamesWhatItUses()
    {
        Assert.True(GoTemplate.TryParse("{{ .Mesh }}{{ .Zone }}{{ .Mesh }}{{ label \"b\" }}{{ label \"a\" }}", out var template, out _));
        Assert.Equal(["Mesh", "Zone"], template.Fields);
        Assert.Equal(["b", "a"], template.Labels);
    }

    private static string? Field(string name) => name switch
    {
        "Mesh" => "m",
        "Zone" => "z",
        "Namespace" => "ns-1",
        _ => null,
    };
}
