using System.Diagnostics;
using EnvoyApi.Config.Cluster.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Ads;
using Mesh.Server.Tests.Ads;
using Mesh.Testing;

namespace Mesh.Server.Tests.Http2;

/// <summary>A real Envoy on the port itself, without a sidecar between.</summary>
public sealed class EnvoyClientTests
{
    private const string Node = "default.envoy-1";

    public static bool IsAvailable => EnvoyBinary.Path is not null;

    [Theory(SkipUnless = nameof(IsAvailable), Skip = EnvoyBinary.SkipReason)]
    [InlineData(false, "DELTA_GRPC")]
    [InlineData(true, "DELTA_GRPC")]
    [InlineData(true, "GRPC")]
    public async Task Envoy_ServerThatStops_EndsItsStreamWithOk(bool tls, string api)
    {
        await using var server = await AdsServer.StartAsync(AdsTransport.Sockets, tls: tls);
        for (var i = 0; i < 100; i++)
        {
            Publish(server, i);
        }

        var folder = Directory.CreateTempSubdirectory("mesh-envoy-");
        var file = Path.Combine(folder.FullName, "envoy.json");
        await File.WriteAllTextAsync(file, Bootstrap(server.Address.Port, tls, api));
        using var envoy = Process.Start(new ProcessStartInfo(
            EnvoyBinary.Path!, ["-c", file, "--disable-hot-restart", "--concurrency", "1", "-l", "warning", "--component-log-level", "config:debug"])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            var end = EndOfStreamAsync(envoy.StandardError);
            var connection = await server.ConnectionAsync();
            for (var i = 0; i < 100; i++)
            {
                var before = connection.AcceptedCount;
                Publish(server, i);
                await AdsServer.UntilAsync(() => connection.AcceptedCount > before);
            }

            Assert.Empty(connection.Rejections);
            await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Contains("closed: 0", await end.WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
        }
        finally
        {
            envoy.Kill();
            await envoy.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What Envoy says of the end of its stream.</summary>
    private static async Task<string> EndOfStreamAsync(StreamReader log)
    {
        while (await log.ReadLineAsync() is { } line)
        {
            if (line.Contains("gRPC config stream", StringComparison.Ordinal) && line.Contains(" closed: ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "nothing";
    }

    private static void Publish(AdsServer server, int version) => server.Publish(Node, (XdsTypes.Cluster, "a", new Cluster
    {
        Name = "a",
        Type = Cluster.Types.DiscoveryType.Static,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1 + version)),
    }.ToByteArray()));

    private static string Bootstrap(int port, bool tls, string api) => $$"""
        {
          "node": { "id": "{{Node}}", "cluster": "test" },
          "dynamic_resources": {
            "ads_config": { "api_type": "{{api}}", "transport_api_version": "V3", "grpc_services": [ { "envoy_grpc": { "cluster_name": "control-plane" } } ] },
            "cds_config": { "ads": {}, "resource_api_version": "V3" },
            "lds_config": { "ads": {}, "resource_api_version": "V3" }
          },
          "static_resources": { "clusters": [ {
            "name": "control-plane", "type": "STATIC", "connect_timeout": "5s",
            "typed_extension_protocol_options": { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
              "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
              "explicit_http_config": { "http2_protocol_options": { "connection_keepalive": { "interval": "0.05s", "timeout": "5s" } } } } },
            {{(tls ? Tls : "")}}
            "load_assignment": { "cluster_name": "control-plane", "endpoints": [ { "lb_endpoints": [ { "endpoint": { "address": {
              "socket_address": { "address": "127.0.0.1", "port_value": {{port}} } } } } ] } ] }
          } ] }
        }
        """;

    private const string Tls = """
        "transport_socket": { "name": "tls", "typed_config": {
          "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", "common_tls_context": {} } },
        """;
}
