using System.Threading.Channels;
using Mesh.Sidecar.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Tests.Relay;

/// <summary>A control plane whose every word a test says.</summary>
internal sealed class FakeControlPlane : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FakeControlPlane(WebApplication server, int port)
    {
        _server = server;
        Port = port;
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Status with which streams end at once; null: they are served.</summary>
    public int? Refusal { get; set; }

    /// <summary>Streams that said something, one after the other.</summary>
    public Channel<FakeControlPlaneStream> Streams { get; } = Channel.CreateUnbounded<FakeControlPlaneStream>();

    public static async Task<FakeControlPlane> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        FakeControlPlane? controlPlane = null;
        server.MapPost("/{service}/{method}", context => controlPlane!.ServeAsync(context));
        await server.StartAsync();
        controlPlane = new FakeControlPlane(server, new Uri(server.Urls.First()).Port);
        return controlPlane;
    }

    /// <summary>The next stream.</summary>
    public async Task<FakeControlPlaneStream> AcceptAsync() => await Streams.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Ends as a process that is killed: connections break.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        var status = Refusal ?? 0;
        var frames = new GrpcFrames(context.Request.BodyReader, 1024 * 1024);
        try
        {
            if (Refusal is null && await frames.ReadAsync(context.RequestAborted) is { } first)
            {
                var stream = new FakeControlPlaneStream(context, frames, first);
                Streams.Writer.TryWrite(stream);
                status = await stream.Ended.WaitAsync(context.RequestAborted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return;
        }

        context.Response.AppendTrailer("grpc-status", $"{status}");
    }
}
