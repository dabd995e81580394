using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests.Ingest;

public sealed class ProxyMetadataReaderTests
{
    [Fact]
    public void Metadata_OfASidecar_IsRead()
    {
        var metadata = Read("""
            {"dataplane.admin.port": "9901", "dataplane.admin.socketPath": "/run/a.sock", "dataplane.readinessReporter.port": "9902",
             "dataplane.dns.port": 15053, "workdir": "/run", "ipv6Enabled": true, "features": ["feature-reuse-port", 7, "feature-a"],
             "transparentProxy": {"ipFamilyMode": "ipv4", "redirect": {"inbound": {"enabled": true, "port": 15006}, "outbound": {"enabled": true}}}}
            """);
        Assert.Equal((9901u, 9902u, 15053u), (metadata.AdminPort, metadata.ReadinessPort, metadata.DnsPort));
        Assert.Equal(("/run/a.sock", "/run", true), (metadata.AdminSocketPath, metadata.WorkDirectory, metadata.HasIPv6));
        Assert.Equal(["feature-a", "feature-reuse-port"], metadata.Features);
        Assert.Equal(new TransparentProxySettings(15006, 15001, IpFamilyMode.IPv4), metadata.TransparentProxy);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"dataplane.admin.port": "70000", "features": "no list", "transparentProxy": "no object", "ipv6Enabled": 3}""")]
    [InlineData("""{"dataplane.admin.port": -1, "dataplane.readinessReporter.port": "x", "features": {}}""")]
    public void Metadata_Misshapen_CountsAsAbsent(string json) => Assert.Equal(new ProxyMetadata(), Read(json));

    [Fact]
    public void Metadata_Equal_IsEqual() => Assert.Equal(
        Read("""{"features": ["b", "a"], "workdir": "/x"}"""), Read("""{"workdir": "/x", "features": ["a", "b", "a"]}"""));

    [Fact]
    public void Redirection_Disabled_HasNoPort()
    {
        var metadata = Read("""{"transparentProxy": {"redirect": {"outbound": {"enabled": false, "port": 15001}}}}""");
        Assert.Equal(0u, metadata.TransparentProxy!.OutboundPort);
    }

    private static ProxyMetadata Read(string json) => ProxyMetadataReader.Read(JsonParser.Default.Parse<Struct>(json));
}
