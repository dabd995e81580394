using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.AdsSeam;
using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Load.Serving;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Check.Loopback;

/// <summary>
/// The whole way of a push over real connections: published, written, sent by Kestrel or our own transport, received by a client, accepted, taken in.
/// Everything that the process allocates meanwhile counts, whoever does it.
/// </summary>
internal sealed class LoopbackScenario : IAsyncDisposable
{
    private const int Streams = 32;
    private const int WarmUp = 1_500;
    private const int Rounds = 1_500;

    private readonly ResourceEngine _engine = new();
    private readonly ProxySnapshot[] _views = new ProxySnapshot[2];
    private readonly List<LoopbackClient> _clients = [];
    private readonly X509Certificate2 _certificate = Certificates.SelfSigned();
    private readonly WebApplication _server;
    private int _round;

    private LoopbackScenario(bool isOnSockets, bool tls, Fault fault)
    {
        for (var i = 0; i < _views.Length; i++)
        {
            using var builder = _engine.BeginSnapshot();
            builder.Add(_engine.Types.Register(XdsTypes.Cluster.Url), "changing", new byte[300 + i]);
            _views[i] = builder.Build();
        }

        var door = new OpenDoor(
            (proxy, rejection) => throw new InvalidOperationException($"{proxy} rejected {rejection.Message}"),
            fault == Fault.None ? null : () => Faults.Allocate(fault));
        var options = new AdsHostOptions { Protocol = new AdsOptions { ControlPlaneId = "check" } };
        var application = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        application.Services.AddRouting();
        application.Services.AddSingleton(_engine).AddSingleton(new XdsTypes(_engine));
        application.Services.AddSingleton<IStreamAuthenticator>(door).AddSingleton<IProxyRegistry>(door).AddSingleton<IHealthCheckSource>(door);
        application.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.SetAdsLimits(options);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        application.Services.AddMeshAds(options);
        if (isOnSockets)
        {
            application.Services.AddMeshSockets(new SocketsOptions { Certificate = tls ? _certificate : null });
        }

        _server = application.Build();
        _server.UseRouting();
        _server.MapMeshAds();
    }

    /// <summary>Bytes that a push may allocate: none. What the runtime does of its own accord in the seconds that it takes is spread over all.</summary>
    public static double Allowed => 2;

    /// <summary>Starts the server and connects the clients.</summary>
    /// <param name="isOnSockets">Whether our own transport carries the streams; else Kestrel does.</param>
    /// <param name="tls">Whether the connections are encrypted: on our own transport.</param>
    /// <param name="fault">What the server is to do wrong.</param>
    public static async Task<LoopbackScenario> StartAsync(bool isOnSockets, bool tls, Fault fault)
    {
        var scenario = new LoopbackScenario(isOnSockets, tls, fault);
        await scenario._server.StartAsync();
        var address = new Uri(scenario._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        for (var i = 0; i < Streams; i++)
        {
            scenario._clients.Add(new LoopbackClient(new IPEndPoint(IPAddress.Loopback, address.Port), tls, NameOf(i), XdsTypes.Cluster));
        }

        return scenario;
    }

    /// <summary>Bytes allocated by the process per push after a warm-up.</summary>
    public double Measure()
    {
        Push(WarmUp);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Push(Rounds);
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (Rounds * Streams);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await _server.DisposeAsync();
        _certificate.Dispose();
    }

    private static string NameOf(int stream) => $"mesh-{stream % 4}.proxy-{stream}";

    private void Push(int rounds)
    {
        var names = Enumerable.Range(0, Streams).Select(NameOf).ToArray();
        for (var i = 0; i < rounds; i++)
        {
            foreach (var name in names)
            {
                _engine.Publish(name, _views[_round & 1]);
            }

            _round++;
            foreach (var client in _clients)
            {
                var patience = Environment.TickCount64 + 60_000;
                while (client.Received < _round)
                {
                    if (Environment.TickCount64 > patience)
                    {
                        throw new TimeoutException($"push {_round} did not arrive");
                    }

                    Thread.Yield();
                }
            }
        }
    }
}
