using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;

namespace Mesh.Policies.Drafts;

/// <summary>
/// A filter chain while policies edit it: its last filter, an HTTP connection manager or a TCP proxy, is kept as a message
/// and packed once at the end. Mutable, used by one thread.
/// </summary>
public sealed class FilterChainDraft
{
    private FilterChainDraft(FilterChain message) => Message = message;

    /// <summary>A chain that ends in an HTTP connection manager.</summary>
    public FilterChainDraft(HttpConnectionManager http)
        : this(new FilterChain()) => Http = http;

    /// <summary>A chain that ends in a TCP proxy.</summary>
    public FilterChainDraft(TcpProxy tcp)
        : this(new FilterChain()) => Tcp = tcp;

    /// <summary>Match, name, transport socket and so on. Its <c>filters</c> stay empty until <see cref="Pack"/>.</summary>
    public FilterChain Message { get; }

    /// <summary>Filters in front of the last one, in order.</summary>
    public List<Filter> NetworkFilters { get; } = [];

    /// <summary>The last filter of an HTTP chain; null for TCP.</summary>
    public HttpConnectionManager? Http { get; }

    /// <summary>The last filter of a TCP chain; null for HTTP.</summary>
    public TcpProxy? Tcp { get; }

    /// <summary>True when peers must speak TLS that this proxy ends.</summary>
    public bool TerminatesTls => Message.TransportSocket is { Name: EnvoyExtensions.TlsTransportSocket };

    /// <summary>A copy that can be edited apart from this one.</summary>
    public FilterChainDraft Clone()
    {
        var copy = Http is not null ? new FilterChainDraft(Message.Clone(), Http.Clone()) : new FilterChainDraft(Message.Clone(), Tcp!.Clone());
        foreach (var filter in NetworkFilters)
        {
            copy.NetworkFilters.Add(filter.Clone());
        }

        return copy;
    }

    /// <summary>Puts a filter in front of all others.</summary>
    public void InsertNetworkFilterFirst(string name, IMessage config) =>
        NetworkFilters.Insert(0, new Filter { Name = name, TypedConfig = Any.Pack(config) });

    /// <summary>Adds a filter directly in front of the last one.</summary>
    public void AddNetworkFilter(string name, IMessage config) =>
        NetworkFilters.Add(new Filter { Name = name, TypedConfig = Any.Pack(config) });

    /// <summary>Puts an HTTP filter in front of all others. Only for HTTP chains.</summary>
    public void InsertHttpFilterFirst(string name, IMessage config) => InsertHttpFilter(0, name, config);

    /// <summary>Puts an HTTP filter directly in front of the router, which must stay last. Only for HTTP chains.</summary>
    public void InsertHttpFilterBeforeRouter(string name, IMessage config) =>
        InsertHttpFilter(Math.Max(0, (Http?.HttpFilters.Count ?? 0) - 1), name, config);

    /// <summary>The finished chain. The draft is not to be used afterwards.</summary>
    public FilterChain Pack()
    {
        Message.Filters.Clear();
        Message.Filters.Add(NetworkFilters);
        Message.Filters.Add(Http is not null
            ? new Filter { Name = EnvoyExtensions.HttpConnectionManager, TypedConfig = Any.Pack(Http) }
            : new Filter { Name = EnvoyExtensions.TcpProxy, TypedConfig = Any.Pack(Tcp) });
        return Message;
    }

    private FilterChainDraft(FilterChain message, HttpConnectionManager http)
        : this(message) => Http = http;

    private FilterChainDraft(FilterChain message, TcpProxy tcp)
        : this(message) => Tcp = tcp;

    private void InsertHttpFilter(int index, string name, IMessage config)
    {
        var http = Http ?? throw new InvalidOperationException("The chain speaks TCP.");
        http.HttpFilters.Insert(index, new HttpFilter { Name = name, TypedConfig = Any.Pack(config) });
    }
}
