using System.Net;
using System.Text.Json.Nodes;

namespace Mesh.Server.Tests.Rest;

public sealed class ResourceApiTests
{
    private const string Timeout = """
        {"type":"MeshTimeout","mesh":"default","name":"t","spec":{"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}}
        """;

    [Fact]
    public async Task Put_NewThenAgain_CreatesThenUpdates()
    {
        await using var api = await RestFixture.StartAsync();

        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("PUT", "/meshes/default/meshtimeouts/t", Timeout)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("PUT", "/meshes/default/meshtimeouts/t", Timeout)).Status);
        var stored = await api.SendAsync("GET", "/meshes/default/meshtimeouts/t");
        Assert.Equal("kri_mt_default_default__t_", stored.Json["kri"]!.GetValue<string>());
        Assert.Equal("7s", stored.Json["spec"]!["to"]![0]!["default"]!["connectionTimeout"]!.GetValue<string>());
    }

    [Fact]
    public async Task Put_ThreeFaults_AllAreTold()
    {
        await using var api = await RestFixture.StartAsync();

        var reply = await api.SendAsync("PUT", "/meshes/default/meshtimeouts/t", """
            {"type":"MeshTimeout","mesh":"default","name":"t","labels":{"bad key!":"x"},"spec":{"to":[
              {"targetRef":{"kind":"Mesh","sectionName":"a"},"default":{"connectionTimeout":"-1s"}}]}}
            """);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.True(reply.Json["invalid_parameters"]!.AsArray().Count >= 3, reply.Text);
        Assert.Equal(reply.Json["invalid_parameters"]!.AsArray().Count, reply.Json["causes"]!.AsArray().Count);
    }

    [Fact]
    public async Task Put_UnknownField_IsIgnoredWithAWarningHeader()
    {
        await using var api = await RestFixture.StartAsync();

        var reply = await api.SendAsync("PUT", "/meshes/m2", """{"type":"Mesh","name":"m2","mtls":{"enabledBackend":"ca-1"}}""");

        Assert.Equal(HttpStatusCode.Created, reply.Status);
        Assert.Contains(reply.Warnings, w => w.Contains("mtls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Put_NewMesh_HasItsInitialPoliciesAtOnce()
    {
        await using var api = await RestFixture.StartAsync();

        await api.SendAsync("PUT", "/meshes/m3", """{"type":"Mesh","name":"m3"}""");

        Assert.Equal(2, (await api.SendAsync("GET", "/meshes/m3/meshtimeouts")).Json["total"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("POST", "/tokens/dataplane", """{"mesh":"m3","validFor":"1h"}""")).Status);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"type\":1}")]
    public async Task Put_NoResource_IsABadRequest(string body)
    {
        await using var api = await RestFixture.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("PUT", "/meshes/default/meshtimeouts/t", body)).Status);
    }

    [Fact]
    public async Task Put_TooLarge_IsRefused()
    {
        await using var api = await RestFixture.StartAsync();

        var reply = await api.SendAsync("PUT", "/meshes/m", "{\"type\":\"Mesh\",\"name\":\"m\",\"x\":\"" + new string('a', 5 << 20) + "\"}", "application/json", ("Expect", "100-continue"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Status);
    }

    [Fact]
    public async Task Put_Yaml_IsRead()
    {
        await using var api = await RestFixture.StartAsync();

        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("PUT", "/meshes/y", "type: Mesh\nname: y\n", "application/yaml")).Status);
    }

    [Fact]
    public async Task List_InPages_LinksLeadThroughAll()
    {
        await using var api = await RestFixture.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await api.SendAsync("PUT", $"/meshes/page-{i}", $$"""{"type":"Mesh","name":"page-{{i}}","skipCreatingInitialPolicies":["*"]}""");
        }

        var names = new List<string>();
        var next = "/meshes?size=2&name=page";
        while (next is not null)
        {
            var page = (await api.SendAsync("GET", next)).Json;
            names.AddRange(page["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()));
            next = page["next"] is JsonValue link ? new Uri(link.GetValue<string>()).PathAndQuery : null;
        }

        Assert.Equal(["page-0", "page-1", "page-2", "page-3", "page-4"], names);
    }

    [Fact]
    public async Task Kri_OfEveryStoredResource_IsResolved()
    {
        await using var api = await RestFixture.StartAsync();
        foreach (var path in new[] { "/meshes", "/zones", "/hostnamegenerators", "/meshtimeouts", "/meshretries" })
        {
            foreach (var item in (await api.SendAsync("GET", path)).Json["items"]!.AsArray())
            {
                var found = await api.SendAsync("GET", "/_kri/" + item!["kri"]!.GetValue<string>());
                Assert.Equal(item["name"]!.GetValue<string>(), found.Json["name"]!.GetValue<string>());
            }
        }
    }

    [Fact]
    public async Task Delete_MeshWithDataplanes_IsRefused()
    {
        await using var api = await RestFixture.StartAsync();
        await api.SendAsync("PUT", "/meshes/default/dataplanes/d", """
            {"type":"Dataplane","mesh":"default","name":"d","networking":{"address":"10.0.0.1","inbound":[{"port":80}]}}
            """);

        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("DELETE", "/meshes/default")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", "/meshes/default/dataplanes/d")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", "/meshes/default")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", "/meshes/default/meshtimeouts")).Status);
    }

    [Fact]
    public async Task Put_WritersAtOnce_AllSucceed()
    {
        await using var api = await RestFixture.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.SendAsync("PUT", "/meshes/default/meshtimeouts/t", Timeout)));

        Assert.Single(replies, r => r.Status == HttpStatusCode.Created);
        Assert.All(replies, r => Assert.True(r.Status is HttpStatusCode.Created or HttpStatusCode.OK, r.Text));
    }
}
