using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>An application behind a sidecar: answers with its name, counts requests, can fail or be silent on demand.</summary>
public sealed class EchoApplication : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;
    private int _failures;
    private volatile TaskCompletionSource? _silence;

    private EchoApplication(string name, WebApplication app)
    {
        Name = name;
        _app = app;
    }

    public string Name { get; }

    public int Port { get; private set; }

    /// <summary>Requests that reached the application.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Value of the client-certificate header of the last request.</summary>
    public string ClientCertificate { get; private set; } = "";

    /// <summary>The next so many requests are answered with 503.</summary>
    public void FailNext(int count) => Volatile.Write(ref _failures, count);

    /// <summary>Requests get no answer until <see cref="Answer"/>.</summary>
    public void BeSilent() => _silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Requests are answered again.</summary>
    public void Answer()
    {
        _silence?.TrySetResult();
        _silence = null;
    }

    public static async Task<EchoApplication> StartAsync(string name, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var echo = new EchoApplication(name, app);
        app.Run(echo.AnswerAsync);
        await app.StartAsync();
        echo.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return echo;
    }

    public ValueTask DisposeAsync()
    {
        Answer();
        return _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        ClientCertificate = context.Request.Headers["x-forwarded-client-cert"].ToString();
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (_silence is { } silence)
        {
            await silence.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await context.Response.WriteAsync(Name);
    }
}
