using System.Net;

namespace Mesh.Server.Tests.Rest;

public sealed class AccessTests
{
    [Fact]
    public async Task Request_DirectlyFromThisMachine_IsTheAdministrators()
    {
        await using var api = await RestFixture.StartAsync();

        Assert.Equal("mesh-system:admin", (await api.SendAsync("GET", "/who-am-i")).Json["name"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", "/globalsecrets")).Status);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.1.1.1")]
    [InlineData("X-Forwarded-Host", "mesh.example")]
    [InlineData("Forwarded", "for=10.1.1.1")]
    [InlineData("X-Real-IP", "10.1.1.1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Host", "mesh.example")]
    public async Task Request_ForwardedOrOfAnotherSite_IsAnonymous(string header, string value)
    {
        await using var api = await RestFixture.StartAsync();

        var reply = await api.SendAsync("GET", "/globalsecrets", null, "application/json", (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
    }

    [Fact]
    public async Task Request_WrongTokenFromThisMachine_IsRefused()
    {
        await using var api = await RestFixture.StartAsync();

        var reply = await api.SendAsync("GET", "/meshes", null, "application/json", ("Authorization", "Bearer nonsense"));

        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
    }

    [Fact]
    public async Task Request_IssuedToken_IsItsUsers()
    {
        await using var api = await RestFixture.StartAsync();
        var token = (await api.SendAsync("POST", "/tokens/user", """{"name":"ann","groups":["ops"],"validFor":"1h"}""")).Text;

        var reply = await api.SendAsync("GET", "/who-am-i", null, "application/json", ("Authorization", "Bearer " + token));

        Assert.Equal("ann", reply.Json["name"]!.GetValue<string>());
        Assert.Contains("ops", reply.Json["groups"]!.AsArray().Select(g => g!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/tokens/dataplane", """{"mesh":"default","validFor":"-1h"}""")]
    [InlineData("/tokens/user", """{"name":"u","validFor":"0s"}""")]
    [InlineData("/tokens/user", """{"validFor":"1h"}""")]
    [InlineData("/tokens/zone", """{"zone":"z","scope":["nope"],"validFor":"1h"}""")]
    [InlineData("/tokens/zone", "[]")]
    [InlineData("/tokens/user", """{"name":"u","name":"v","validFor":"1h"}""")]
    [InlineData("/tokens/user", """{"name":"\ud800","validFor":"1h"}""")]
    [InlineData("/tokens/user", """{"name":"u","groups":["\ud800"],"validFor":"1h"}""")]
    [InlineData("/tokens/dataplane", """{"mesh":"default","tags":{"a":[],"a":[]},"validFor":"1h"}""")]
    [InlineData("/tokens/dataplane", """{"mesh":"default","tags":{"\ud800":[]},"validFor":"1h"}""")]
    public async Task Token_OfBadRequest_IsNotIssued(string path, string body)
    {
        await using var api = await RestFixture.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("POST", path, body)).Status);
    }

    [Fact]
    public async Task ReadOnly_AnyWrite_IsRefused()
    {
        await using var api = await RestFixture.StartAsync(("apiServer.readOnly", "true"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync("PUT", "/meshes/a", """{"type":"Mesh","name":"a"}""")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync("DELETE", "/meshes/default")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync("POST", "/tokens/user", """{"name":"u","validFor":"1h"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", "/meshes")).Status);
    }

    [Theory]
    [InlineData("/", "//meshes", "/meshes")]
    [InlineData("/", "/meshes//default/?size=1&name=a%20b", "/meshes/default/?size=1&name=a%20b")]
    [InlineData("/", "//%5Cevil.example/x", "/%5Cevil.example/x")]
    [InlineData("/", "//%0Ax%C3%A9", "/%0Ax%C3%A9")]
    [InlineData("/mesh", "/mesh//meshes", "/mesh/meshes")]
    public async Task Router_PathWithEmptySegments_LeadsToTheSameWithout(string basePath, string path, string expected)
    {
        await using var api = await RestFixture.StartAsync(("apiServer.basePath", basePath));

        var reply = await api.SendAsync("GET", path);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, reply.Status);
        Assert.Equal(expected, reply.Location);
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/MESHES", HttpStatusCode.NotFound)]
    [InlineData("POST", "/meshes", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "//meshes", HttpStatusCode.TemporaryRedirect)]
    [InlineData("GET", "/meshes/", HttpStatusCode.OK)]
    public async Task Router_PathOrMethod_AnswersAsTheContract(string method, string path, HttpStatusCode expected)
    {
        await using var api = await RestFixture.StartAsync();

        Assert.Equal(expected, (await api.SendAsync(method, path)).Status);
    }
}
