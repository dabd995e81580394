using EnvoyApi.Config.Accesslog.V3;
using EnvoyApi.Config.Bootstrap.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Metrics.V3;
using EnvoyApi.Extensions.AccessLoggers.File.V3;
using EnvoyApi.Extensions.RegexEngines.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Type.Matcher.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using EnvoyBootstrap = EnvoyApi.Config.Bootstrap.V3.Bootstrap;

namespace Mesh.Server.Bootstrap;

/// <summary>Builds an Envoy bootstrap (contract §5.3). Pure: the same facts give the same bootstrap.</summary>
public static class BootstrapBuilder
{
    private const uint SocketMode = 0x180; // 0600: only the user that runs the proxy

    /// <summary>The bootstrap for a checked request.</summary>
    public static EnvoyBootstrap Build(BootstrapFacts facts)
    {
        var bootstrap = new EnvoyBootstrap
        {
            Node = BootstrapNode.Build(facts),
            DefaultRegexEngine = new TypedExtensionConfig { Name = EnvoyExtensions.GoogleRe2, TypedConfig = Any.Pack(new GoogleRE2()) },
            LayeredRuntime = Runtime(),
            StatsConfig = Stats(),
            StaticResources = new EnvoyBootstrap.Types.StaticResources(),
            DynamicResources = new EnvoyBootstrap.Types.DynamicResources
            {
                AdsConfig = ControlPlane(facts, ApiConfigSource.Types.ApiType.DeltaGrpc),
                CdsConfig = OverAds(),
                LdsConfig = OverAds(),
            },
        };
        if (facts.Parameters.HdsEnabled)
        {
            bootstrap.HdsConfig = ControlPlane(facts, ApiConfigSource.Types.ApiType.Grpc);
        }

        if (Admin(facts) is { } admin)
        {
            bootstrap.Admin = admin;
        }

        if (facts.Request.Resources is { MaxHeapSizeBytes: > 0 } resources)
        {
            bootstrap.OverloadManager = BootstrapOverload.Build(resources.MaxHeapSizeBytes);
        }

        bootstrap.StaticResources.Clusters.Add(BootstrapClusters.AccessLogSink(facts));
        if (!facts.UsesTokenFile)
        {
            bootstrap.StaticResources.Clusters.Add(BootstrapClusters.ControlPlane(facts));
        }

        if (facts.CaPem.Length > 0)
        {
            bootstrap.StaticResources.Secrets.Add(ValidationContext(facts));
        }

        return bootstrap;
    }

    private static Admin? Admin(BootstrapFacts facts)
    {
        if (facts.AdminSocket.Length == 0 && facts.AdminPort == 0)
        {
            return null;
        }

        var log = new FileAccessLog { Path = facts.AdminLogPath };
        return new Admin
        {
            AccessLog = { new AccessLog { Name = EnvoyExtensions.FileAccessLog, TypedConfig = Any.Pack(log) } },
            Address = facts.AdminSocket.Length > 0
                ? new Address { Pipe = new Pipe { Path = facts.AdminSocket, Mode = SocketMode } }
                : BootstrapClusters.SocketAddress(facts.Parameters.AdminAddress, facts.AdminPort),
        };
    }

    private static ConfigSource OverAds() => new()
    {
        Ads = new AggregatedConfigSource(),
        InitialFetchTimeout = new Duration(),
        ResourceApiVersion = ApiVersion.V3,
    };

    private static ApiConfigSource ControlPlane(BootstrapFacts facts, ApiConfigSource.Types.ApiType type) => new()
    {
        ApiType = type,
        TransportApiVersion = ApiVersion.V3,
        SetNodeOnFirstMessageOnly = true,
        GrpcServices = { facts.UsesTokenFile ? BootstrapGoogleGrpc.Build(facts) : EnvoyGrpc(facts) },
    };

    private static GrpcService EnvoyGrpc(BootstrapFacts facts)
    {
        var service = new GrpcService { EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = EnvoyNames.AdsCluster } };
        if (!string.IsNullOrEmpty(facts.Request.DataplaneToken))
        {
            service.InitialMetadata.Add(new HeaderValue { Key = "authorization", Value = facts.Request.DataplaneToken });
        }

        return service;
    }

    private static LayeredRuntime Runtime()
    {
        // A user's regular expression must not be refused for its size alone.
        var layer = new Struct();
        layer.Fields["re2.max_program_size.error_level"] = Value.ForNumber(uint.MaxValue);
        layer.Fields["re2.max_program_size.warn_level"] = Value.ForNumber(1000);
        return new LayeredRuntime { Layers = { new RuntimeLayer { Name = "kuma", StaticLayer = layer } } };
    }

    private static StatsConfig Stats() => new()
    {
        StatsTags =
        {
            new TagSpecifier { TagName = "name", Regex = @"^grpc\.((.+)\.)" },
            new TagSpecifier { TagName = "status", Regex = "^grpc.*streams_closed(_([0-9]+))" },
            new TagSpecifier { TagName = "worker", Regex = @"(worker_([0-9]+)\.)" },
            new TagSpecifier { TagName = "listener", Regex = @"((.+?)\.)rbac\." },
        },
    };

    private static Secret ValidationContext(BootstrapFacts facts) => new()
    {
        Name = EnvoyNames.ControlPlaneValidationContext,
        ValidationContext = new CertificateValidationContext
        {
            TrustedCa = new DataSource { InlineBytes = ByteString.CopyFromUtf8(facts.CaPem) },
            MatchTypedSubjectAltNames =
            {
                San(SubjectAltNameMatcher.Types.SanType.Dns, facts.XdsHost),
                San(SubjectAltNameMatcher.Types.SanType.IpAddress, facts.XdsHost),
            },
        },
    };

    private static SubjectAltNameMatcher San(SubjectAltNameMatcher.Types.SanType type, string host) =>
        new() { SanType = type, Matcher = new StringMatcher { Exact = host } };
}
