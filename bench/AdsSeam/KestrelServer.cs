using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.AdsSeam;

internal sealed class KestrelServer(bool tls) : IPushServer
{
    private static readonly byte[] _push = Wire.Data(Wire.PayloadSize)[9..];

    private readonly ConcurrentBag<PipeWriter> _streams = [];
    private WebApplication? _application;
    private long _received;

    public int Streams => _streams.Count;

    public long ReceivedBytes => Volatile.Read(ref _received);

    public async Task<int> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<SocketTransportOptions>(o => o.Backlog = 8192);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (tls)
                {
                    listen.UseHttps(Certificates.SelfSigned());
                }
            });
        });
        _application = builder.Build();
        _application.Run(ServeAsync);
        await _application.StartAsync();
        return new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public Task PushAsync() => Parallel.ForEachAsync(_streams, async (stream, cancellation) =>
    {
        _push.CopyTo(stream.GetSpan(_push.Length));
        stream.Advance(_push.Length);
        await stream.FlushAsync(cancellation);
    });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _application!.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        _streams.Add(context.Response.BodyWriter);
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync();
            Interlocked.Add(ref _received, result.Buffer.Length);
            context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
