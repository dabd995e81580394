using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Json;
using Mesh.Envoy.Names;
using Filter = EnvoyApi.Config.Listener.V3.Filter;

namespace Mesh.Envoy.Tests.Json;

public sealed class EnvoyJsonTests
{
    [Fact]
    public void Format_MessageWithAny_RoundTrips()
    {
        var listener = new Listener { Name = "self_inbound_dp_main", UseOriginalDst = true };
        var proxy = new TcpProxy { StatPrefix = "x", Cluster = "x", IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(3600)) };
        listener.FilterChains.Add(new FilterChain
        {
            Filters = { new Filter { Name = EnvoyExtensions.TcpProxy, TypedConfig = Any.Pack(proxy) } },
        });

        var json = EnvoyJson.Format(listener);

        Assert.Contains("\"@type\": \"type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy\"", json, StringComparison.Ordinal);
        Assert.Contains("\"idleTimeout\": \"3600s\"", json, StringComparison.Ordinal);
        Assert.Equal(listener, EnvoyJson.Parse<Listener>(json));
        Assert.Contains("use_original_dst", EnvoyJson.FormatWithProtoNames(listener), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_UnknownField_IsRefusedUnlessIgnored()
    {
        const string json = """{"name": "a", "notAField": 1}""";

        Assert.Throws<InvalidProtocolBufferException>(() => EnvoyJson.Parse<Cluster>(json));
        Assert.Equal("a", EnvoyJson.Parse<Cluster>(json, ignoreUnknownFields: true).Name);
    }

    [Fact]
    public void TypeUrls_ServedTypes_AreTranscribed()
    {
        Assert.Equal(Cluster.Descriptor, EnvoyTypes.Find(TypeUrls.Cluster));
        Assert.All(TypeUrls.MakeBeforeBreakOrder, url => Assert.NotNull(EnvoyTypes.Find(url)));
    }
}
