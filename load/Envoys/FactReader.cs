using System.Globalization;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TransportSocket = EnvoyApi.Config.Core.V3.TransportSocket;

namespace Mesh.Load.Envoys;

/// <summary>Reads what a resource needs and to what it refers.</summary>
internal static class FactReader
{
    /// <summary>Resources with this prefix in a place that says nothing to Envoy tell when they were decided.</summary>
    public const string StampPrefix = "mark-";

    /// <summary>Reads a resource.</summary>
    /// <param name="message">The encoded message.</param>
    /// <param name="version">Its version.</param>
    public static Fact Read(XdsKind kind, NameTable names, ReadOnlySpan<byte> message, ReadOnlySpan<byte> version)
    {
        var text = version.ToArray();
        return kind.Index switch
        {
            0 => OfCluster(Cluster.Parser.ParseFrom(message), names, text),
            1 => OfAssignment(ClusterLoadAssignment.Parser.ParseFrom(message), names, text),
            2 => OfListener(Listener.Parser.ParseFrom(message), names, text),
            3 => OfRoutes(RouteConfiguration.Parser.ParseFrom(message), names, text),
            _ => new Fact { Kind = kind, Name = names.Add(Secret.Parser.ParseFrom(message).Name), Version = text },
        };
    }

    private static Fact OfCluster(Cluster cluster, NameTable names, byte[] version)
    {
        var secrets = new List<string>();
        foreach (var socket in cluster.TransportSocketMatches.Select(match => match.TransportSocket).Append(cluster.TransportSocket))
        {
            if (Unpack(socket?.TypedConfig, UpstreamTlsContext.Parser) is { } tls)
            {
                AddSecrets(tls.CommonTlsContext, secrets);
            }
        }

        var assignment = cluster.Type != Cluster.Types.DiscoveryType.Eds ? null
            : cluster.EdsClusterConfig?.ServiceName is { Length: > 0 } service ? service : cluster.Name;
        return new Fact
        {
            Kind = XdsKind.Cluster,
            Name = names.Add(cluster.Name),
            Version = version,
            Assignment = assignment is null ? 0 : names.Add(assignment),
            Secrets = Numbers(secrets, names),
        };
    }

    private static Fact OfAssignment(ClusterLoadAssignment assignment, NameTable names, byte[] version)
    {
        var mark = assignment.Endpoints.SelectMany(locality => locality.LbEndpoints).FirstOrDefault()?.Endpoint?.Hostname ?? "";
        var isStamped = mark.StartsWith(StampPrefix, StringComparison.Ordinal);
        return new Fact
        {
            Kind = XdsKind.Endpoint,
            Name = names.Add(assignment.ClusterName),
            Version = version,
            Stamp = isStamped && long.TryParse(mark.AsSpan(StampPrefix.Length), CultureInfo.InvariantCulture, out var stamp) ? stamp : 0,
        };
    }

    private static Fact OfListener(Listener listener, NameTable names, byte[] version)
    {
        var (routes, secrets, clusters) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var chain in listener.FilterChains.Append(listener.DefaultFilterChain).Where(chain => chain is not null))
        {
            AddTls(chain.TransportSocket, secrets);
            foreach (var filter in chain.Filters)
            {
                AddFilter(filter.TypedConfig, routes, clusters);
            }
        }

        return new Fact
        {
            Kind = XdsKind.Listener,
            Name = names.Add(listener.Name),
            Version = version,
            Routes = Numbers(routes, names),
            Secrets = Numbers(secrets, names),
            Clusters = Numbers(clusters, names),
        };
    }

    private static Fact OfRoutes(RouteConfiguration routes, NameTable names, byte[] version)
    {
        var clusters = new List<string>();
        AddClusters(routes, clusters);
        return new Fact { Kind = XdsKind.Route, Name = names.Add(routes.Name), Version = version, Clusters = Numbers(clusters, names) };
    }

    private static void AddFilter(Any? config, List<string> routes, List<string> clusters)
    {
        if (Unpack(config, HttpConnectionManager.Parser) is { } manager)
        {
            if (manager.Rds is { } rds)
            {
                routes.Add(rds.RouteConfigName);
            }
            else if (manager.RouteConfig is { } inline)
            {
                AddClusters(inline, clusters);
            }
        }
        else if (Unpack(config, TcpProxy.Parser) is { } proxy)
        {
            clusters.Add(proxy.Cluster);
            clusters.AddRange(proxy.WeightedClusters?.Clusters.Select(cluster => cluster.Name) ?? []);
        }
    }

    private static void AddClusters(RouteConfiguration routes, List<string> clusters)
    {
        foreach (var action in routes.VirtualHosts.SelectMany(host => host.Routes).Select(route => route.Route_).Where(action => action is not null))
        {
            clusters.Add(action.Cluster);
            clusters.AddRange(action.WeightedClusters?.Clusters.Select(cluster => cluster.Name) ?? []);
            clusters.AddRange(action.RequestMirrorPolicies.Select(mirror => mirror.Cluster));
        }
    }

    private static void AddTls(TransportSocket? socket, List<string> secrets)
    {
        if (Unpack(socket?.TypedConfig, DownstreamTlsContext.Parser) is { } tls)
        {
            AddSecrets(tls.CommonTlsContext, secrets);
        }
    }

    private static void AddSecrets(CommonTlsContext? tls, List<string> secrets)
    {
        if (tls is null)
        {
            return;
        }

        // Without a source of their own they are of the bootstrap and nobody asks for them.
        var all = tls.TlsCertificateSdsSecretConfigs
            .Append(tls.ValidationContextSdsSecretConfig)
            .Append(tls.CombinedValidationContext?.ValidationContextSdsSecretConfig);
        secrets.AddRange(all.Where(secret => secret?.SdsConfig is not null).Select(secret => secret!.Name));
    }

    private static T? Unpack<T>(Any? any, MessageParser<T> parser)
        where T : class, IMessage<T>, new() =>
        any is not null && any.TypeUrl.EndsWith(new T().Descriptor.FullName, StringComparison.Ordinal) ? parser.ParseFrom(any.Value) : null;

    private static int[] Numbers(List<string> texts, NameTable names) =>
        [.. texts.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Select(names.Add)];
}
