using EnvoyApi.Config.Core.V3;
using EnvoyApi.Type.V3;
using Mesh.Policies.Routing;
using HttpRateLimit = EnvoyApi.Extensions.Filters.Http.LocalRatelimit.V3.LocalRateLimit;
using NetworkRateLimit = EnvoyApi.Extensions.Filters.Network.LocalRatelimit.V3.LocalRateLimit;

namespace Mesh.Policies.MeshRateLimit;

/// <summary>Token buckets as Envoy takes them.</summary>
internal static class RateLimitBuckets
{
    /// <summary>Name of the network filter; the contract names it by its type.</summary>
    public const string NetworkFilterName = "envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit";

    private const string RequestStatPrefix = "rate_limit";
    private const string ConnectionStatPrefix = "tcp_rate_limit";

    /// <summary>The bucket of a route; null when requests are not limited.</summary>
    public static HttpRateLimit? ForRoute(LocalHttpRateLimit? conf)
    {
        if (conf?.RequestRate is not { } rate || conf.Disabled == true)
        {
            return null;
        }

        var limit = new HttpRateLimit
        {
            StatPrefix = RequestStatPrefix,
            TokenBucket = Bucket(rate),
            FilterEnabled = Always("local_rate_limit_enabled"),
            FilterEnforced = Always("local_rate_limit_enforced"),
        };
        if (conf.OnRateLimit?.Status is { } status and not 0)
        {
            limit.Status = new HttpStatus { Code = (StatusCode)status };
        }

        AddHeaders(limit, conf.OnRateLimit?.Headers);
        return limit;
    }

    /// <summary>The bucket of connections; null when they are not limited.</summary>
    public static NetworkRateLimit? ForConnections(LocalTcpRateLimit? conf) =>
        conf?.ConnectionRate is not { } rate || conf.Disabled == true
            ? null
            : new NetworkRateLimit { StatPrefix = ConnectionStatPrefix, TokenBucket = Bucket(rate) };

    private static TokenBucket Bucket(RequestRate rate) => new()
    {
        MaxTokens = rate.Num ?? 0,
        TokensPerFill = rate.Num,
        FillInterval = rate.Interval?.ToProto(),
    };

    private static RuntimeFractionalPercent Always(string runtimeKey) =>
        new() { DefaultValue = new FractionalPercent { Numerator = 100 }, RuntimeKey = runtimeKey };

    private static void AddHeaders(HttpRateLimit limit, RateLimitHeaders? headers)
    {
        foreach (var header in headers?.Add ?? [])
        {
            limit.ResponseHeadersToAdd.Add(Option(header.Name, header.Value, HeaderValueOption.Types.HeaderAppendAction.AppendIfExistsOrAdd));
        }

        foreach (var header in headers?.Set ?? [])
        {
            foreach (var value in (header.Value ?? "").Split(','))
            {
                limit.ResponseHeadersToAdd.Add(Option(header.Name, value, HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd));
            }
        }
    }

    private static HeaderValueOption Option(string? name, string? value, HeaderValueOption.Types.HeaderAppendAction action) => new()
    {
        Header = new HeaderValue { Key = name ?? "", Value = value ?? "" },
        AppendAction = action,
    };
}
