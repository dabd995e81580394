using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Tests.Spiffe;

public sealed class SpiffeTests
{
    private static readonly SpiffeSubject _subject = new("default", "zone-1", new Dictionary<string, string>
    {
        ["kuma.io/workload"] = "web",
        ["k8s.kuma.io/namespace"] = "prod",
        ["k8s.kuma.io/service-account"] = "robot",
        ["app"] = "web-app",
    });

    [Theory]
    [InlineData("spiffe://td.local/a/b-c_d.E", "td.local", "/a/b-c_d.E")]
    [InlineData("spiffe://td", "td", "")]
    public void Parse_ValidId_GivesItsParts(string text, string trustDomain, string path)
    {
        Assert.True(SpiffeId.TryParse(text, out var id, out var error), error);
        Assert.Equal((trustDomain, path, text), (id.TrustDomain, id.Path, id.ToString()));
    }

    [Theory]
    [InlineData("http://td/a", "scheme")]
    [InlineData("spiffe://", "trust domain is missing")]
    [InlineData("spiffe:///a", "trust domain is missing")]
    [InlineData("spiffe://TD/a", "trust domain characters")]
    [InlineData("spiffe://td:80/a", "trust domain characters")]
    [InlineData("spiffe://td/", "trailing slash")]
    [InlineData("spiffe://td/a/", "trailing slash")]
    [InlineData("spiffe://td/a//b", "empty segments")]
    [InlineData("spiffe://td/a/../b", "dot segments")]
    [InlineData("spiffe://td/a b", "path segment characters")]
    [InlineData("spiffe://td/a%20b", "path segment characters")]
    public void Parse_InvalidId_SaysWhy(string text, string expected)
    {
        Assert.False(SpiffeId.TryParse(text, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooLong_IsRefused()
    {
        Assert.False(SpiffeId.TryParse("spiffe://td/" + new string('a', SpiffeId.MaxLength), out _, out var error));
        Assert.Contains("at most", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, false, "spiffe://default.zone-1.mesh.local/workload/web")]
    [InlineData(null, null, true, "spiffe://default.zone-1.mesh.local/ns/prod/sa/robot")]
    [InlineData("corp.example", "/x/{{ label \"app\" }}", false, "spiffe://corp.example/x/web-app")]
    public void Render_Templates_GiveTheId(string? trustDomain, string? path, bool onKubernetes, string expected)
    {
        Assert.True(SpiffeIdTemplates.TryParse(trustDomain, path, onKubernetes, out var templates, out var error), error);
        Assert.True(templates.TryRender(_subject, out var id, out error), error);
        Assert.Equal(expected, id.ToString());
    }

    [Theory]
    [InlineData(null, "/x/{{ .Mesh }}", "unknown field .Mesh; known are .Namespace, .ServiceAccount, .Workload")]
    [InlineData("{{ .Workload }}", null, "unknown field .Workload; known are .Mesh, .Zone")]
    [InlineData("{{ .Mesh", null, "template: :1: unclosed action")]
    public void Parse_UnknownFieldOrBrokenTemplate_IsRefused(string? trustDomain, string? path, string expected)
    {
        Assert.False(SpiffeIdTemplates.TryParse(trustDomain, path, onKubernetes: false, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Render_LabelMissing_SaysWhich()
    {
        Assert.True(SpiffeIdTemplates.TryParse(null, "/{{ label \"team\" }}", false, out var templates, out _));
        Assert.False(templates.TryRender(_subject, out _, out var error));
        Assert.Equal("label \"team\" not found", error);
        Assert.True(SpiffeIdTemplates.TryParse(null, null, false, out templates, out _));
        Assert.False(templates.TryRender(_subject with { Labels = new Dictionary<string, string>() }, out _, out error));
        Assert.Equal("no value for field .Workload", error);
    }

    [Fact]
    public void Render_ValueThatBreaksTheId_IsRefused()
    {
        Assert.True(SpiffeIdTemplates.TryParse(null, "/{{ label \"app\" }}", false, out var templates, out _));
        Assert.False(templates.TryRender(_subject with { Labels = new Dictionary<string, string> { ["app"] = "a/../b" } }, out _, out _));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("/{{ label \"kuma.io/workload\" }}", true)]
    [InlineData("/{{ label \"app\" }}", false)]
    public void NeedsWorkload_Path_IsKnown(string? path, bool expected)
    {
        Assert.True(SpiffeIdTemplates.TryParse(null, path, false, out var templates, out _));
        Assert.Equal(expected, templates.NeedsWorkload);
    }
}
