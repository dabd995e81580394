using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Envoy.Names;
using Mesh.Model.Text;

namespace Mesh.Sidecar.Relay;

/// <summary>A bootstrap whose Envoy asks this process for its configuration instead of the control plane.</summary>
/// <param name="Text">The changed bootstrap, YAML. It names no token.</param>
/// <param name="Original">The bootstrap as it came, without what it adds to streams.</param>
/// <param name="Target">Where the original sends Envoy.</param>
/// <param name="Headers">What the original adds to its streams, the token for one. Never logged.</param>
internal sealed record RelayedBootstrap(string Text, string Original, ControlPlaneTarget Target, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Without the headers: records print their members.</summary>
    public override string ToString() => $"RelayedBootstrap {{ Target = {Target.Address} }}";

    /// <summary>Changes a bootstrap.</summary>
    /// <param name="bootstrap">What the control plane sent.</param>
    /// <param name="socketPath">Unix socket of the relay.</param>
    /// <exception cref="NotSupportedException">Its way to the control plane is one that the relay cannot go; the message says why.</exception>
    public static RelayedBootstrap Make(string bootstrap, string socketPath)
    {
        try
        {
            var root = YamlTree.ReadAll(bootstrap) is [JsonObject tree] ? tree : throw new NotSupportedException("it is empty");
            var ads = BootstrapTree.Field(root, "dynamicResources", "adsConfig") as JsonObject
                ?? throw new NotSupportedException("it asks nobody for configuration");
            if (BootstrapTree.Text(BootstrapTree.Field(ads, "apiType")) != "DELTA_GRPC")
            {
                throw new NotSupportedException("it does not use delta xDS");
            }

            var service = BootstrapTree.Only(BootstrapTree.Field(ads, "grpcServices")) ?? throw new NotSupportedException("it names several services");
            var cluster = BootstrapTree.Text(BootstrapTree.Field(service, "envoyGrpc", "clusterName"));
            var target = BootstrapTree.Field(service, "googleGrpc") is { } google ? GoogleTarget(google) : EnvoyTarget(root, cluster);
            var headers = AddedHeaders(service);
            var hds = BootstrapTree.Field(root, "hdsConfig") as JsonObject;
            ForgetHeaders(service);
            ForgetHeaders(BootstrapTree.Only(BootstrapTree.Field(hds, "grpcServices")));
            var original = YamlWriter.Write(root);
            cluster = cluster.Length > 0 ? cluster : EnvoyNames.AdsCluster;
            Redirect(root, ads, cluster, socketPath);
            if (hds is not null)
            {
                hds["grpcServices"] = new JsonArray(Service(cluster));
                hds.Remove("grpc_services");
            }

            return new RelayedBootstrap(YamlWriter.Write(root), original, target, headers);
        }
        catch (Exception e) when (e is YamlFormatException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new NotSupportedException(e.Message, e);
        }
    }

    private static ControlPlaneTarget EnvoyTarget(JsonObject root, string name)
    {
        var cluster = BootstrapTree.Named(BootstrapTree.Field(root, "staticResources", "clusters"), name)
            ?? throw new NotSupportedException($"its cluster \"{name}\" is not static");
        var endpoint = BootstrapTree.Only(BootstrapTree.Field(
            BootstrapTree.Only(BootstrapTree.Field(cluster, "loadAssignment", "endpoints")), "lbEndpoints"));
        var address = BootstrapTree.Field(endpoint, "endpoint", "address", "socketAddress");
        var host = BootstrapTree.Text(BootstrapTree.Field(address, "address"));
        if (host.Length == 0
            || !ushort.TryParse(BootstrapTree.Text(BootstrapTree.Field(address, "portValue")), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new NotSupportedException($"its cluster \"{name}\" has not exactly one address");
        }

        if (BootstrapTree.Field(cluster, "transportSocket") is not { } socket)
        {
            return new ControlPlaneTarget(Address("http", host, port), host, "");
        }

        var tls = BootstrapTree.Field(socket, "typedConfig");
        var sni = BootstrapTree.Text(BootstrapTree.Field(tls, "sni"));
        return new ControlPlaneTarget(Address("https", host, port), sni.Length > 0 ? sni : host, Authority(root, BootstrapTree.Field(tls, "commonTlsContext")));
    }

    private static string Authority(JsonObject root, JsonNode? tls)
    {
        var secret = BootstrapTree.Text(BootstrapTree.Field(tls, "validationContextSdsSecretConfig", "name"));
        var context = secret.Length > 0
            ? BootstrapTree.Field(BootstrapTree.Named(BootstrapTree.Field(root, "staticResources", "secrets"), secret), "validationContext")
            : BootstrapTree.Field(tls, "validationContext");
        return BootstrapTree.Content(BootstrapTree.Field(context, "trustedCa")) is { Length: > 0 } pem
            ? pem
            : throw new NotSupportedException("it names no CA for the control plane's certificate");
    }

    private static ControlPlaneTarget GoogleTarget(JsonNode google)
    {
        var uri = BootstrapTree.Text(BootstrapTree.Field(google, "targetUri"));
        var colon = uri.LastIndexOf(':');
        var pem = BootstrapTree.Content(BootstrapTree.Field(google, "channelCredentials", "sslCredentials", "rootCerts"));
        if (colon < 0 || pem.Length == 0 || !ushort.TryParse(uri.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new NotSupportedException("its control plane is no HOST:PORT with a CA");
        }

        var host = uri[..colon].Trim('[', ']');
        return new ControlPlaneTarget(Address("https", host, port), host, pem);
    }

    private static Uri Address(string scheme, string host, ushort port) => new UriBuilder(scheme, host, port).Uri;

    private static List<(string Name, string Value)> AddedHeaders(JsonNode service) =>
        [.. (BootstrapTree.Field(service, "initialMetadata") as JsonArray ?? [])
            .Select(header => (BootstrapTree.Text(BootstrapTree.Field(header, "key")), BootstrapTree.Text(BootstrapTree.Field(header, "value"))))];

    private static void ForgetHeaders(JsonNode? service)
    {
        if (service is JsonObject fields)
        {
            BootstrapTree.Remove(fields, "initialMetadata");
        }
    }

    private static void Redirect(JsonObject root, JsonObject ads, string cluster, string socketPath)
    {
        ads.Remove("grpc_services");
        ads["grpcServices"] = new JsonArray(Service(cluster));
        var resources = BootstrapTree.Field(root, "staticResources") as JsonObject;
        if (resources is null)
        {
            root["staticResources"] = resources = [];
        }

        if (resources["clusters"] is not JsonArray clusters)
        {
            resources["clusters"] = clusters = [];
        }

        if (BootstrapTree.Named(clusters, cluster) is { } former)
        {
            clusters.Remove(former);
        }

        clusters.Add(RelayCluster(cluster, socketPath));
    }

    /// <summary>Asked again more often than by default: the answer is on this machine.</summary>
    private static JsonObject Service(string cluster) => new()
    {
        ["envoyGrpc"] = new JsonObject
        {
            ["clusterName"] = cluster,
            ["retryPolicy"] = new JsonObject { ["retryBackOff"] = new JsonObject { ["baseInterval"] = "0.5s", ["maxInterval"] = "10s" } },
        },
    };

    private static JsonObject RelayCluster(string name, string socketPath) => new()
    {
        ["name"] = name,
        ["type"] = "STATIC",
        ["connectTimeout"] = "1s",
        ["loadAssignment"] = new JsonObject
        {
            ["clusterName"] = name,
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["lbEndpoints"] = new JsonArray(new JsonObject
                {
                    ["endpoint"] = new JsonObject { ["address"] = new JsonObject { ["pipe"] = new JsonObject { ["path"] = socketPath } } },
                }),
            }),
        },
        ["typedExtensionProtocolOptions"] = new JsonObject
        {
            [EnvoyExtensions.HttpProtocolOptions] = new JsonObject
            {
                ["@type"] = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                ["explicitHttpConfig"] = new JsonObject { ["http2ProtocolOptions"] = new JsonObject() },
            },
        },
    };
}
