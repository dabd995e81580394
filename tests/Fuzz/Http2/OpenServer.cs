using System.Collections.Concurrent;
using Mesh.Engine;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Fuzz.Http2;

/// <summary>What connections need of a server, with everybody let in, and a record of its faults.</summary>
internal sealed class OpenServer : IStreamAuthenticator, IStreamIdentity, IProxyRegistry, IHealthCheckSource, IHostApplicationLifetime, ILoggerProvider, ILogger, IDisposable
{
    private readonly ServiceProvider _services;
    private bool _isDisposed;

    public OpenServer()
    {
        _services = new ServiceCollection()
            .AddSingleton(Engine)
            .AddSingleton(new XdsTypes(Engine))
            .AddSingleton<IStreamAuthenticator>(this)
            .AddSingleton<IProxyRegistry>(this)
            .AddSingleton<IHealthCheckSource>(this)
            .AddSingleton<IHostApplicationLifetime>(this)
            .AddSingleton<ILoggerProvider>(this)
            .AddMeshAds(new AdsHostOptions
            {
                Admission = new AdmissionOptions { StartsPerSecond = 10_000_000, MaxOpening = 100_000 },
                MaxRequestSize = 1_000_000,
            })
            .BuildServiceProvider();
        Host = _services.GetRequiredService<Http2Host>();
        Streams = _services.GetRequiredService<AdsStreams>();
        Blocks = _services.GetRequiredService<BlockPools>();
    }

    public ResourceEngine Engine { get; } = new();

    public Http2Host Host { get; }

    public AdsStreams Streams { get; }

    public BlockPools Blocks { get; }

    /// <summary>Errors that were logged.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public DateTimeOffset? ExpiresAt => null;

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => CancellationToken.None;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public ValueTask<IStreamIdentity> AuthenticateAsync(StreamCredentials credentials, CancellationToken cancellationToken) => new(this);

    public ValueTask AuthorizeAsync(ClientNode node, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IProxyConnection> ConnectAsync(ProxyStream stream, CancellationToken cancellationToken) => new(new Proxy());

    public ValueTask<IHealthCheckStream> ConnectAsync(ClientNode node, IStreamIdentity identity, CancellationToken cancellationToken) =>
        throw new AdsProtocolException(GrpcStatusCode.Unimplemented, "nothing is checked here");

    public void StopApplication()
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Faults.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
        // The services dispose of their logger while they are disposed of.
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            _services.Dispose();
        }
    }

    private sealed class Proxy : IProxyConnection
    {
        /// <summary>All are the one that something is published for.</summary>
        public string ProxyId => "fuzz";

        public void NodeChanged(ClientNode node)
        {
        }

        public void Accepted(XdsType type, int resources)
        {
        }

        public void Rejected(XdsRejection rejection)
        {
        }

        public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

        public void EmptyingHeldBack(XdsType type)
        {
        }

        public void ResourceTooLarge(XdsType type, string name, int bytes)
        {
        }

        public void Ended(StreamEnd reason)
        {
        }
    }
}
