using System.Buffers.Text;
using System.Text;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Responses;

/// <summary>
/// Reads what a resource needs and to what it refers, in its bytes: as objects the first resources of each type cost more than all the other work on them,
/// for their classes had to be made ready while a fleet connects.
/// </summary>
internal sealed class FactReader
{
    /// <summary>Resources with this prefix in a place that says nothing to Envoy tell when they were decided.</summary>
    public const string StampPrefix = "mark-";

    private static readonly byte[] _stampPrefix = Encoding.UTF8.GetBytes(StampPrefix);

    private readonly NameTable _names;
    private readonly List<int> _routes = [];
    private readonly List<int> _secrets = [];
    private readonly List<int> _clusters = [];
    private int _name;
    private int _assignment;
    private long _stamp;
    private bool _hasEndpoint;
    private bool _isMalformed;

    private FactReader(NameTable names) => _names = names;

    /// <summary>Reads a resource, without its version.</summary>
    /// <param name="message">The encoded message.</param>
    /// <returns>Null: it is none.</returns>
    public static Fact? Read(XdsKind kind, NameTable names, ReadOnlySpan<byte> message)
    {
        var reader = new FactReader(names);
        switch (kind.Index)
        {
            case 0:
                reader.ReadCluster(message);
                break;
            case 1:
                reader.ReadAssignment(message);
                break;
            case 2:
                reader.ReadListener(message);
                break;
            case 3:
                reader.ReadRoutes(message);
                break;
            default:
                reader._name = names.Add(reader.Find(message, Secret.NameFieldNumber));
                break;
        }

        return reader._isMalformed ? null : new Fact
        {
            Kind = kind,
            Name = reader._name > 0 ? reader._name : names.Add([]),
            Version = [],
            Assignment = reader._assignment,
            Routes = [.. reader._routes],
            Secrets = [.. reader._secrets],
            Clusters = [.. reader._clusters],
            Stamp = reader._stamp,
        };
    }

    private void ReadCluster(ReadOnlySpan<byte> cluster)
    {
        var isDiscovered = false;
        ReadOnlySpan<byte> service = default;
        var fields = new FieldReader(cluster);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case Cluster.NameFieldNumber:
                    _name = _names.Add(fields.Bytes);
                    break;
                case Cluster.AltStatNameFieldNumber:
                    _stamp = Stamp(fields.Bytes);
                    break;
                case Cluster.TypeFieldNumber:
                    isDiscovered = fields.Varint == (ulong)Cluster.Types.DiscoveryType.Eds;
                    break;
                case Cluster.EdsClusterConfigFieldNumber:
                    service = Find(fields.Bytes, Cluster.Types.EdsClusterConfig.ServiceNameFieldNumber);
                    break;
                case Cluster.TransportSocketFieldNumber:
                    ReadUpstream(fields.Bytes);
                    break;
                case Cluster.TransportSocketMatchesFieldNumber:
                    ReadUpstream(Find(fields.Bytes, Cluster.Types.TransportSocketMatch.TransportSocketFieldNumber));
                    break;
            }
        }

        _isMalformed |= fields.Malformed;
        _assignment = !isDiscovered ? 0 : service.IsEmpty ? _name : _names.Add(service);
    }

    private void ReadUpstream(ReadOnlySpan<byte> socket) => SecretReader.Read(
        socket, "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"u8, UpstreamTlsContext.CommonTlsContextFieldNumber, _names, _secrets, ref _isMalformed);

    private void ReadDownstream(ReadOnlySpan<byte> socket) => SecretReader.Read(
        socket, "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"u8, DownstreamTlsContext.CommonTlsContextFieldNumber, _names, _secrets, ref _isMalformed);

    private void ReadAssignment(ReadOnlySpan<byte> assignment)
    {
        var fields = new FieldReader(assignment);
        while (fields.Next())
        {
            if (fields.Field == ClusterLoadAssignment.ClusterNameFieldNumber)
            {
                _name = _names.Add(fields.Bytes);
            }
            else if (fields.Field == ClusterLoadAssignment.EndpointsFieldNumber)
            {
                ReadLocality(fields.Bytes);
            }
        }

        _isMalformed |= fields.Malformed;
    }

    /// <summary>Reads the mark of the first endpoint.</summary>
    private void ReadLocality(ReadOnlySpan<byte> locality)
    {
        var fields = new FieldReader(locality);
        while (fields.Next())
        {
            if (fields.Field == LocalityLbEndpoints.LbEndpointsFieldNumber && !_hasEndpoint)
            {
                _hasEndpoint = true;
                _stamp = Stamp(Find(Find(fields.Bytes, LbEndpoint.EndpointFieldNumber), EnvoyApi.Config.Endpoint.V3.Endpoint.HostnameFieldNumber));
            }
        }

        _isMalformed |= fields.Malformed;
    }

    private void ReadListener(ReadOnlySpan<byte> listener)
    {
        var fields = new FieldReader(listener);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case Listener.NameFieldNumber:
                    _name = _names.Add(fields.Bytes);
                    break;
                case Listener.FilterChainsFieldNumber or Listener.DefaultFilterChainFieldNumber:
                    ReadChain(fields.Bytes);
                    break;
            }
        }

        _isMalformed |= fields.Malformed;
    }

    private void ReadChain(ReadOnlySpan<byte> chain)
    {
        var fields = new FieldReader(chain);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case FilterChain.TransportSocketFieldNumber:
                    ReadDownstream(fields.Bytes);
                    break;
                case FilterChain.FiltersFieldNumber:
                    ReadFilter(Find(fields.Bytes, EnvoyApi.Config.Listener.V3.Filter.TypedConfigFieldNumber));
                    break;
            }
        }

        _isMalformed |= fields.Malformed;
    }

    private void ReadFilter(ReadOnlySpan<byte> config)
    {
        if (TryUnpack(config, "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"u8, out var filter))
        {
            var manager = new FieldReader(filter);
            while (manager.Next())
            {
                switch (manager.Field)
                {
                    case HttpConnectionManager.RdsFieldNumber:
                        Add(_routes, Find(manager.Bytes, Rds.RouteConfigNameFieldNumber));
                        break;
                    case HttpConnectionManager.RouteConfigFieldNumber:
                        ReadVirtualHosts(manager.Bytes);
                        break;
                }
            }

            _isMalformed |= manager.Malformed;
        }
        else if (TryUnpack(config, "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"u8, out filter))
        {
            ReadAction(
                filter, TcpProxy.ClusterFieldNumber, TcpProxy.WeightedClustersFieldNumber, TcpProxy.Types.WeightedCluster.ClustersFieldNumber,
                TcpProxy.Types.WeightedCluster.Types.ClusterWeight.NameFieldNumber, mirrors: 0);
        }
    }

    private void ReadRoutes(ReadOnlySpan<byte> routes)
    {
        _name = _names.Add(Find(routes, RouteConfiguration.NameFieldNumber));
        ReadVirtualHosts(routes);
    }

    private void ReadVirtualHosts(ReadOnlySpan<byte> routes)
    {
        var hosts = new FieldReader(routes);
        while (hosts.Next())
        {
            if (hosts.Field != RouteConfiguration.VirtualHostsFieldNumber)
            {
                continue;
            }

            var fields = new FieldReader(hosts.Bytes);
            while (fields.Next())
            {
                if (fields.Field == VirtualHost.RoutesFieldNumber)
                {
                    ReadAction(
                        Find(fields.Bytes, Route.Route_FieldNumber), RouteAction.ClusterFieldNumber, RouteAction.WeightedClustersFieldNumber,
                        WeightedCluster.ClustersFieldNumber, WeightedCluster.Types.ClusterWeight.NameFieldNumber, RouteAction.RequestMirrorPoliciesFieldNumber);
                }
            }

            _isMalformed |= fields.Malformed;
        }

        _isMalformed |= hosts.Malformed;
    }

    /// <summary>Reads where an action or a TCP filter sends to: the same fields by other numbers.</summary>
    private void ReadAction(ReadOnlySpan<byte> action, int cluster, int weighted, int weightedClusters, int weightedName, int mirrors)
    {
        var fields = new FieldReader(action);
        while (fields.Next())
        {
            if (fields.Field == cluster)
            {
                Add(_clusters, fields.Bytes);
            }
            else if (fields.Field == weighted)
            {
                var clusters = new FieldReader(fields.Bytes);
                while (clusters.Next())
                {
                    if (clusters.Field == weightedClusters)
                    {
                        Add(_clusters, Find(clusters.Bytes, weightedName));
                    }
                }

                _isMalformed |= clusters.Malformed;
            }
            else if (fields.Field == mirrors)
            {
                Add(_clusters, Find(fields.Bytes, RouteAction.Types.RequestMirrorPolicy.ClusterFieldNumber));
            }
        }

        _isMalformed |= fields.Malformed;
    }

    private static long Stamp(ReadOnlySpan<byte> mark) => mark.StartsWith(_stampPrefix) && Utf8Parser.TryParse(mark[StampPrefix.Length..], out long stamp, out var length)
        && length == mark.Length - StampPrefix.Length ? stamp : 0;

    private void Add(List<int> to, ReadOnlySpan<byte> name) => _names.AddOnce(name, to);

    private bool TryUnpack(ReadOnlySpan<byte> any, ReadOnlySpan<byte> type, out ReadOnlySpan<byte> message) =>
        MessageFields.TryUnpack(any, type, out message, ref _isMalformed);

    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, int field) => MessageFields.Find(message, field, ref _isMalformed);
}
