using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo;

/// <summary>
/// A small HTTP service of the demo: it answers with its name and, when it has a next one, with what that one answered to the
/// same path.
/// </summary>
internal sealed class DemoService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    private DemoService(string name, WebApplication app)
    {
        Name = name;
        _app = app;
    }

    /// <summary>Name of the service.</summary>
    public string Name { get; }

    /// <summary>Port on 127.0.0.1 at which it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Where it sends requests on; null: it answers itself.</summary>
    public Uri? Next { get; set; }

    /// <summary>Starts a service on a port of 127.0.0.1; 0: any free one.</summary>
    public static async Task<DemoService> StartAsync(string name, CancellationToken cancellationToken, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var service = new DemoService(name, app);
        app.Run(service.AnswerAsync);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        service.Port = new Uri(address).Port;
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var answer = new JsonObject { ["service"] = Name, ["path"] = context.Request.Path.Value };
        if (Next is { } next)
        {
            try
            {
                using var response = await _client.GetAsync(new Uri(next, context.Request.Path.Value), context.RequestAborted);
                answer["next"] = await ReadAsync(response, context.RequestAborted);
                context.Response.StatusCode = (int)response.StatusCode;
            }
            catch (HttpRequestException e)
            {
                answer["error"] = e.Message;
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
            }
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? JsonNode.Parse(text) : JsonValue.Create(text);
    }
}
