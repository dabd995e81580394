using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using EnvoyApi.Service.Health.V3;
using Mesh.Engine;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Sockets;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Server.Tests.Ads;

/// <summary>A live server with an engine of its own, and a record of what it was told.</summary>
internal sealed class AdsServer : IStreamAuthenticator, IProxyRegistry, IHealthCheckSource, IAsyncDisposable
{
    /// <summary>A path that is not a proxy's: the answer is scheme, protocol, address and port of the client, and the server's port.</summary>
    public const string WhoPath = "/who";

    private readonly WebApplication _application;
    private readonly bool _hasTls;
    private readonly X509Certificate2 _certificate = SelfSigned();
    private int _calls;

    private AdsServer(AdsTransport transport, AdsHostOptions options, bool tls, TimeProvider clock, bool usesOpenSsl)
    {
        Types = new XdsTypes(Engine);
        _hasTls = tls;
        options = options with
        {
            ReasonToTurnAway = () =>
            {
                Interlocked.Increment(ref _calls);
                return null;
            },
        };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddSingleton(clock).AddSingleton(Engine).AddSingleton(Types);
        builder.Services.AddSingleton<IStreamAuthenticator>(this).AddSingleton<IProxyRegistry>(this).AddSingleton<IHealthCheckSource>(this);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.SetAdsLimits(options);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http2;
                if (tls && transport == AdsTransport.Kestrel)
                {
                    listen.UseMeshAdsTls(new HttpsConnectionAdapterOptions { ServerCertificate = _certificate });
                }
            });
        });
        builder.Services.AddMeshAds(options);
        if (transport == AdsTransport.Sockets)
        {
            builder.Services.AddMeshSockets(new SocketsOptions { Certificate = tls ? _certificate : null, UsesOpenSsl = usesOpenSsl });
        }

        _application = builder.Build();
        _application.UseRouting();
        _application.MapMeshAds();
        _application.MapGet(WhoPath, context => context.Response.WriteAsync(
            $"{context.Request.Scheme} {context.Request.Protocol} {context.Connection.RemoteIpAddress} {context.Connection.RemotePort} {context.Connection.LocalPort}"));
    }

    public ResourceEngine Engine { get; } = new();

    public XdsTypes Types { get; }

    public AdsStreams Streams => _application.Services.GetRequiredService<AdsStreams>();

    /// <summary>What its streams share.</summary>
    public AdsHost Host => _application.Services.GetRequiredService<AdsHost>();

    /// <summary>What its connections share.</summary>
    public Http2Host Http2 => _application.Services.GetRequiredService<Http2Host>();

    /// <summary>Streams that stand in line to be let in.</summary>
    public int Waiting => Host.Admission.Waiting;

    public Uri Address { get; private set; } = null!;

    /// <summary>The client's port of each connection with a call that was let in.</summary>
    public ConcurrentDictionary<int, bool> Ports { get; } = new();

    /// <summary>Calls that reached the server.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Memory of what is under way to and from clients.</summary>
    public long BufferedBytes => _application.Services.GetRequiredService<BlockPools>().RentedBytes
        + _application.Services.GetRequiredService<TransportBuffers>().RentedBytes;

    public ConcurrentQueue<Connection> Connections { get; } = new();

    public Channel<EndpointHealthResponse> Reports { get; } = Channel.CreateUnbounded<EndpointHealthResponse>();

    public Channel<HealthCheckSpecifier> Specifiers { get; } = Channel.CreateUnbounded<HealthCheckSpecifier>();

    public DateTimeOffset? Expiry { get; set; }

    /// <summary>What each stream waits for before it is let in.</summary>
    public Task Door { get; set; } = Task.CompletedTask;

    public StreamCredentials? LastCredentials { get; private set; }

    public static async Task<AdsServer> StartAsync(AdsTransport transport, AdsHostOptions? options = null, bool tls = false, TimeProvider? clock = null, bool usesOpenSsl = true)
    {
        var server = new AdsServer(transport, options ?? new AdsHostOptions { DrainWindow = TimeSpan.Zero }, tls, clock ?? TimeProvider.System, usesOpenSsl);
        await server._application.StartAsync();
        var address = server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Address = server._hasTls ? new UriBuilder(address) { Scheme = Uri.UriSchemeHttps }.Uri : new Uri(address);
        return server;
    }

    /// <summary>The certificate of its port.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>Publishes resources with contents.</summary>
    public void Publish(string proxyId, params (XdsType Type, string Name, string Content)[] resources) =>
        Publish(proxyId, [.. resources.Select(resource => (resource.Type, resource.Name, System.Text.Encoding.UTF8.GetBytes(resource.Content)))]);

    /// <summary>Publishes resources with contents.</summary>
    public void Publish(string proxyId, params (XdsType Type, string Name, byte[] Content)[] resources)
    {
        using var builder = Engine.BeginSnapshot();
        foreach (var (type, name, content) in resources)
        {
            builder.Add(Engine.Types.Register(type.Url), name, content);
        }

        using var snapshot = builder.Build();
        Engine.Publish(proxyId, snapshot);
    }

    public Task StopAsync() => _application.StopAsync();

    public async Task<Connection> ConnectionAsync(int index = 0)
    {
        await UntilAsync(() => Connections.Count > index);
        return Connections.ElementAt(index);
    }

    public static async Task UntilAsync(Func<bool> condition, Func<string>? instead = null)
    {
        var end = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < end, "did not happen in time" + (instead is null ? "" : ": " + instead()));
            await Task.Delay(5);
        }
    }

    /// <summary>Waits until nothing is kept for any connection.</summary>
    public Task UntilNothingIsBufferedAsync() => UntilAsync(
        () => BufferedBytes == 0,
        () => $"{_application.Services.GetRequiredService<BlockPools>().RentedBytes} bytes of blocks, {_application.Services.GetRequiredService<TransportBuffers>().RentedBytes} of arrays");

    public async ValueTask<IStreamIdentity> AuthenticateAsync(StreamCredentials credentials, CancellationToken cancellationToken)
    {
        LastCredentials = credentials;
        Ports[credentials.Peer!.Port] = true;
        await Door.WaitAsync(cancellationToken);
        return credentials.Token == "wrong"
            ? throw new AdsProtocolException(GrpcStatusCode.Unauthenticated, "no such token")
            : new Identity(Expiry);
    }

    public ValueTask<IProxyConnection> ConnectAsync(ProxyStream stream, CancellationToken cancellationToken)
    {
        var connection = new Connection(stream);
        Connections.Enqueue(connection);
        return new ValueTask<IProxyConnection>(connection);
    }

    public ValueTask<IHealthCheckStream> ConnectAsync(ClientNode node, IStreamIdentity identity, CancellationToken cancellationToken) =>
        new(new HealthStream(this));

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    internal sealed class Connection(ProxyStream stream) : IProxyConnection
    {
        public ProxyStream Stream => stream;

        public string ProxyId => stream.Node.Id;

        public ConcurrentQueue<XdsRejection> Rejections { get; } = new();

        public StreamEnd? End { get; private set; }

        public int AcceptedCount { get; private set; }

        /// <summary>What it throws when it is told that something was accepted.</summary>
        public Exception? Fault { get; set; }

        public void NodeChanged(ClientNode node)
        {
        }

        public void Accepted(XdsType type, int resources) => AcceptedCount += Fault is null ? 1 : throw Fault;

        public void Rejected(XdsRejection rejection) => Rejections.Enqueue(rejection);

        public bool IsStillGood(XdsType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> heldVersion, ReadOnlySpan<byte> currentVersion) => false;

        public void EmptyingHeldBack(XdsType type)
        {
        }

        public void ResourceTooLarge(XdsType type, string name, int bytes)
        {
        }

        public void Ended(StreamEnd reason) => End = reason;
    }

    private sealed class Identity(DateTimeOffset? expiresAt) : IStreamIdentity
    {
        public DateTimeOffset? ExpiresAt => expiresAt;

        public ValueTask AuthorizeAsync(ClientNode node, CancellationToken cancellationToken) => node.Id == "default.forbidden"
            ? throw new AdsProtocolException(GrpcStatusCode.PermissionDenied, "not yours")
            : ValueTask.CompletedTask;
    }

    private sealed class HealthStream(AdsServer server) : IHealthCheckStream
    {
        public IAsyncEnumerable<HealthCheckSpecifier> SpecifiersAsync(CancellationToken cancellationToken) =>
            server.Specifiers.Reader.ReadAllAsync(cancellationToken);

        public void Report(EndpointHealthResponse response) => server.Reports.Writer.TryWrite(response);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
