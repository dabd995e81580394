using Mesh.Envoy.Names;
using Mesh.Sidecar.Relay;

namespace Mesh.Sidecar.Tests.Relay;

public sealed class RelayedBootstrapTests
{
    private const string EnvoyGrpc =
        """
        node: {id: default.web}
        dynamicResources:
          adsConfig:
            apiType: DELTA_GRPC
            grpcServices:
            - envoyGrpc: {clusterName: ads_cluster}
              initialMetadata: [{key: authorization, value: secret-token}, {key: x-zone, value: east}]
            setNodeOnFirstMessageOnly: true
          cdsConfig: {ads: {}}
        hdsConfig:
          apiType: GRPC
          grpcServices:
          - envoyGrpc: {clusterName: ads_cluster}
            initialMetadata: [{key: authorization, value: secret-token}]
        staticResources:
          clusters:
          - name: access_log_sink
          - name: ads_cluster
            type: STRICT_DNS
            loadAssignment:
              clusterName: ads_cluster
              endpoints: [{lbEndpoints: [{endpoint: {address: {socketAddress: {address: cp.example, portValue: 5678}}}}]}]
            transportSocket:
              name: envoy.transport_sockets.tls
              typedConfig:
                '@type': type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                sni: cp.internal
                commonTlsContext: {validationContextSdsSecretConfig: {name: cp_validation_ctx}}
          secrets:
          - name: cp_validation_ctx
            validationContext: {trustedCa: {inlineBytes: UEVN}}
        """;

    [Fact]
    public void EnvoyGrpc_Bootstrap_GoesToTheSocketWithoutTheToken()
    {
        var relayed = RelayedBootstrap.Make(EnvoyGrpc, "/run/mesh.sock");

        Assert.Equal(new ControlPlaneTarget(new Uri("https://cp.example:5678"), "cp.internal", "PEM"), relayed.Target);
        Assert.Equal([("authorization", "secret-token"), ("x-zone", "east")], relayed.Headers);
        Assert.Contains("/run/mesh.sock", relayed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("cp.example", relayed.Text, StringComparison.Ordinal);
        foreach (var text in new[] { relayed.Text, relayed.Original, relayed.ToString() })
        {
            Assert.DoesNotContain("secret-token", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Original_SavedAndReadAgain_LeadsToTheSameControlPlane() =>
        Assert.Equal(
            RelayedBootstrap.Make(EnvoyGrpc, "/a").Target,
            RelayedBootstrap.Make(RelayedBootstrap.Make(EnvoyGrpc, "/a").Original, "/b").Target);

    [Fact]
    public void ProtoNames_AreReadAsWell()
    {
        var relayed = RelayedBootstrap.Make(
            EnvoyGrpc.Replace("adsConfig", "ads_config", StringComparison.Ordinal).Replace("grpcServices", "grpc_services", StringComparison.Ordinal)
                .Replace("socketAddress", "socket_address", StringComparison.Ordinal).Replace("trustedCa", "trusted_ca", StringComparison.Ordinal)
                .Replace("dynamicResources", "dynamic_resources", StringComparison.Ordinal),
            "/run/mesh.sock");

        Assert.Equal("PEM", relayed.Target.CaPem);
        Assert.DoesNotContain("grpc_services", relayed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void GoogleGrpc_Bootstrap_GoesToTheSocket()
    {
        var relayed = RelayedBootstrap.Make(
            """
            dynamicResources:
              adsConfig:
                apiType: DELTA_GRPC
                grpcServices:
                - googleGrpc:
                    targetUri: "[::1]:5678"
                    channelCredentials: {sslCredentials: {rootCerts: {inlineBytes: UEVN}}}
            """,
            "/run/mesh.sock");

        Assert.Equal(new ControlPlaneTarget(new Uri("https://[::1]:5678"), "::1", "PEM"), relayed.Target);
        Assert.DoesNotContain("googleGrpc", relayed.Text, StringComparison.Ordinal);
        Assert.Contains(EnvoyNames.AdsCluster, relayed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("node: {}", "nobody")]
    [InlineData("dynamicResources: {adsConfig: {apiType: GRPC}}", "delta")]
    [InlineData("dynamicResources: {adsConfig: {apiType: DELTA_GRPC, grpcServices: [{}, {}]}}", "several")]
    [InlineData("dynamicResources: {adsConfig: {apiType: DELTA_GRPC, grpcServices: [{envoyGrpc: {clusterName: x}}]}}", "not static")]
    [InlineData("a: [", "")]
    public void Bootstrap_OfAnotherForm_IsNotRelayed(string bootstrap, string reason) =>
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => RelayedBootstrap.Make(bootstrap, "/s")).Message, StringComparison.Ordinal);

    [Fact]
    public void Tls_WithoutCa_IsNotRelayed() => Assert.Throws<NotSupportedException>(
        () => RelayedBootstrap.Make(EnvoyGrpc.Replace("UEVN", "", StringComparison.Ordinal), "/s"));
}
