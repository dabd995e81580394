using Mesh.Sidecar.Dns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Dns;

public sealed class DynamicConfigPollerTests
{
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_ListChangesAndBreaks_KeepsTheLastGoodOne()
    {
        var folder = Directory.CreateTempSubdirectory("mesh-");
        var socket = Path.Combine(folder.FullName, "config.sock");
        var body = """{"records":[{"name":"a.mesh","ips":["241.0.0.1"]}]}""";
        var etag = "1";
        var answers = new List<int>();
        await using var envoy = await StartAsync(socket, http =>
        {
            if (http.Request.Headers.IfNoneMatch == etag)
            {
                http.Response.StatusCode = 304;
                answers.Add(304);
                return Task.CompletedTask;
            }

            answers.Add(200);
            http.Response.Headers.ETag = etag;
            return http.Response.WriteAsync(body);
        });
        var responder = new DnsResponder(new DnsForwarder([], TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance));
        using var poller = new DynamicConfigPoller(socket, responder, TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance);

        await poller.PollAsync(_token);
        await poller.PollAsync(_token);
        Assert.Equal([200, 304], answers);
        Assert.NotNull(responder.Names.Find("a.mesh", 1));

        (body, etag) = ("not a list", "2");
        await poller.PollAsync(_token);
        Assert.NotNull(responder.Names.Find("a.mesh", 1));

        (body, etag) = ("""{"records":[{"name":"b.mesh","ips":["241.0.0.2"]}]}""", "3");
        await poller.PollAsync(_token);
        Assert.Null(responder.Names.Find("a.mesh", 1));
        Assert.NotNull(responder.Names.Find("b.mesh", 1));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Poll_NoListener_ChangesNothing()
    {
        var responder = new DnsResponder(new DnsForwarder([], TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance));
        using var poller = new DynamicConfigPoller("/nowhere/config.sock", responder, TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance);

        await poller.PollAsync(_token);

        Assert.Equal(0, responder.Names.Count);
    }

    private static async Task<WebApplication> StartAsync(string socket, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        var server = builder.Build();
        server.MapGet("/dns", answer);
        await server.StartAsync(_token);
        return server;
    }
}
