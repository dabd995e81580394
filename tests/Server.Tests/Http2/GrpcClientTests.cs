using System.Diagnostics;
using System.Net;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Http.Router.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Ads;
using Mesh.Server.Tests.Ads;
using Mesh.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using EndpointOfService = EnvoyApi.Config.Endpoint.V3.Endpoint;
using SocketAddress = EnvoyApi.Config.Core.V3.SocketAddress;

namespace Mesh.Server.Tests.Http2;

/// <summary>gRPC's own client of discovery (grpc-go), which waits for the server's settings and measures round trips with pings.</summary>
public sealed class GrpcClientTests
{
    private const string Node = "default.client-1";
    private const int Calls = 20;

    public static bool IsAvailable => SharedFolder.IsPresent;

    [Theory(SkipUnless = nameof(IsAvailable), Skip = SharedFolder.SkipReason)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GrpcGo_WithDiscoveryOverSockets_ReachesItsService(bool tls)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        await using var service = await StartServiceAsync();
        var port = new Uri(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        server.Publish(
            Node,
            (XdsTypes.Listener, "echo:8080", Listener().ToByteArray()),
            (XdsTypes.Route, "echo", Route().ToByteArray()),
            (XdsTypes.Cluster, "echo", Cluster().ToByteArray()),
            (XdsTypes.Endpoint, "echo", Endpoint(port).ToByteArray()));

        var folder = Directory.CreateTempSubdirectory("mesh-grpc-");
        try
        {
            var authority = Path.Combine(folder.FullName, "ca.pem");
            await File.WriteAllTextAsync(authority, server.CertificatePem);
            var credentials = tls ? $$$"""{"type":"tls","config":{"ca_certificate_file":"{{{authority}}}"}}""" : """{"type":"insecure"}""";
            var bootstrap = Path.Combine(folder.FullName, "bootstrap.json");
            await File.WriteAllTextAsync(
                bootstrap,
                $$$"""{"xds_servers":[{"server_uri":"127.0.0.1:{{{server.Address.Port}}}","channel_creds":[{{{credentials}}}],"server_features":["xds_v3"]}],"node":{"id":"{{{Node}}}"}}""");
            var program = (await RunAsync(Path.Combine(SharedFolder.Root!, "unpack"), ["grpc-clients/grpc-xds-client"], null)).Output.Trim();
            var (exitCode, output) = await RunAsync(program, ["-n", $"{Calls}", "-every", "10ms", "xds:///echo:8080"], bootstrap);
            Assert.True(exitCode == 0, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var connection = await server.ConnectionAsync();
        Assert.Empty(connection.Rejections);
        Assert.InRange(connection.AcceptedCount, 4, int.MaxValue);
        await AdsServer.UntilAsync(() => server.Streams.Count == 0 && server.BufferedBytes == 0);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string? bootstrap)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (bootstrap is not null)
        {
            start.Environment["GRPC_XDS_BOOTSTRAP"] = bootstrap;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }

    /// <summary>A service that is healthy.</summary>
    private static async Task<WebApplication> StartServiceAsync()
    {
        byte[] serving = [0, 0, 0, 0, 2, 8, 1];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var service = builder.Build();
        service.UseRouting();
        service.MapPost("/grpc.health.v1.Health/Check", async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(serving);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await service.StartAsync();
        return service;
    }

    private static ConfigSource Ads() => new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    private static Listener Listener() => new()
    {
        Name = "echo:8080",
        ApiListener = new ApiListener
        {
            ApiListener_ = Any.Pack(new HttpConnectionManager
            {
                Rds = new Rds { RouteConfigName = "echo", ConfigSource = Ads() },
                HttpFilters = { new HttpFilter { Name = "router", TypedConfig = Any.Pack(new Router()) } },
            }),
        },
    };

    private static RouteConfiguration Route() => new()
    {
        Name = "echo",
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = "echo",
                Domains = { "*" },
                Routes = { new Route { Match = new RouteMatch { Prefix = "" }, Route_ = new RouteAction { Cluster = "echo" } } },
            },
        },
    };

    private static Cluster Cluster() => new()
    {
        Name = "echo",
        Type = EnvoyApi.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Ads() },
    };

    private static ClusterLoadAssignment Endpoint(int port) => new()
    {
        ClusterName = "echo",
        Endpoints =
        {
            new LocalityLbEndpoints
            {
                Locality = new Locality { Zone = "a" },
                LoadBalancingWeight = 1,
                LbEndpoints =
                {
                    new LbEndpoint
                    {
                        Endpoint = new EndpointOfService { Address = new Address { SocketAddress = new SocketAddress { Address = "127.0.0.1", PortValue = (uint)port } } },
                    },
                },
            },
        },
    };
}
