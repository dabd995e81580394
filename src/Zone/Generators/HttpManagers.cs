using System.Globalization;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Http.GrpcStats.V3;
using EnvoyApi.Extensions.Filters.Http.Router.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Generators;

/// <summary>HTTP connection managers to start from.</summary>
internal static class HttpManagers
{
    /// <summary>A manager whose only filter is the router, with one virtual host for every domain.</summary>
    internal static HttpConnectionManager Create(string statPrefix, VirtualHost host, IEnumerable<string> internalCidrs)
    {
        host.Domains.Add("*");
        var manager = new HttpConnectionManager
        {
            StatPrefix = statPrefix,
            RouteConfig = new RouteConfiguration { VirtualHosts = { host }, ValidateClusters = false },
            HttpFilters = { new HttpFilter { Name = EnvoyExtensions.Router, TypedConfig = Any.Pack(new Router()) } },
        };
        foreach (var cidr in internalCidrs)
        {
            (manager.InternalAddressConfig ??= new HttpConnectionManager.Types.InternalAddressConfig()).CidrRanges.Add(Range(cidr));
        }

        return manager;
    }

    internal static void AddGrpcStats(HttpConnectionManager manager, string protocol)
    {
        if (protocol == Protocols.Grpc)
        {
            manager.HttpFilters.Insert(0, new HttpFilter { Name = EnvoyExtensions.GrpcStats, TypedConfig = Any.Pack(new FilterConfig { EmitFilterState = true }) });
        }
    }

    private static CidrRange Range(string cidr)
    {
        var slash = cidr.LastIndexOf('/');
        return slash < 0
            ? new CidrRange { AddressPrefix = cidr, PrefixLen = cidr.Contains(':', StringComparison.Ordinal) ? 128u : 32u }
            : new CidrRange { AddressPrefix = cidr[..slash], PrefixLen = uint.Parse(cidr.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture) };
    }
}
