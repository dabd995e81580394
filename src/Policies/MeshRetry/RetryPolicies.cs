using System.Collections.Frozen;
using System.Globalization;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Retry.Host.OmitHostMetadata.V3;
using EnvoyApi.Extensions.Retry.Host.PreviousHosts.V3;
using EnvoyApi.Extensions.Retry.Priority.PreviousPriorities.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Model.Values;
using Mesh.Policies.Routing;
using Metadata = EnvoyApi.Config.Core.V3.Metadata;

namespace Mesh.Policies.MeshRetry;

/// <summary>Retry policies of routes.</summary>
internal static class RetryPolicies
{
    private const string HttpConditions = "gateway-error,connect-failure,refused-stream";
    private const string GrpcConditions =
        "cancelled,connect-failure,gateway-error,refused-stream,reset,resource-exhausted,unavailable";

    private const string StatusCodes = "retriable-status-codes";
    private const string MethodPrefix = "HttpMethod";
    private const int DefaultPriorityUpdates = 2;

    private static readonly GoDuration _firstBackOff = GoDuration.FromMilliseconds(25);

    private static readonly FrozenDictionary<string, string> _conditions = new Dictionary<string, string>
    {
        ["5xx"] = "5xx",
        ["GatewayError"] = "gateway-error",
        ["Reset"] = "reset",
        ["Retriable4xx"] = "retriable-4xx",
        ["ConnectFailure"] = "connect-failure",
        ["EnvoyRatelimited"] = "envoy-ratelimited",
        ["RefusedStream"] = "refused-stream",
        ["Http3PostConnectFailure"] = "http3-post-connect-failure",
        ["Canceled"] = "cancelled",
        ["DeadlineExceeded"] = "deadline-exceeded",
        ["Internal"] = "internal",
        ["ResourceExhausted"] = "resource-exhausted",
        ["Unavailable"] = "unavailable",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The policy for HTTP; null when nothing is tried again.</summary>
    public static RetryPolicy? ForHttp(HttpRetry? conf)
    {
        if (conf is null || conf.NumRetries == 0)
        {
            return null;
        }

        var policy = Create(HttpConditions, conf.NumRetries, conf.PerTryTimeout, conf.BackOff, conf.RateLimitedBackOff);
        ConfigureConditions(policy, conf.RetryOn ?? []);
        foreach (var header in conf.RetriableRequestHeaders ?? [])
        {
            policy.RetriableRequestHeaders.Add(HeaderMatchers.From(header));
        }

        foreach (var header in conf.RetriableResponseHeaders ?? [])
        {
            policy.RetriableHeaders.Add(HeaderMatchers.From(header));
        }

        ConfigureHostSelection(policy, conf.HostSelection ?? []);
        policy.HostSelectionRetryMaxAttempts = conf.HostSelectionMaxAttempts ?? 0;
        return policy;
    }

    /// <summary>The policy for gRPC; null when nothing is tried again.</summary>
    public static RetryPolicy? ForGrpc(GrpcRetry? conf)
    {
        if (conf is null || conf.NumRetries == 0)
        {
            return null;
        }

        var policy = Create(GrpcConditions, conf.NumRetries, conf.PerTryTimeout, conf.BackOff, conf.RateLimitedBackOff);
        ConfigureConditions(policy, conf.RetryOn ?? []);
        return policy;
    }

    private static RetryPolicy Create(
        string conditions, uint? retries, GoDuration? perTry, RetryBackOff? backOff, RateLimitedBackOff? limited)
    {
        var policy = new RetryPolicy { RetryOn = conditions, NumRetries = retries, PerTryTimeout = perTry?.ToProto() };
        if (backOff is not null)
        {
            policy.RetryBackOff = new RetryPolicy.Types.RetryBackOff
            {
                BaseInterval = (backOff.BaseInterval ?? _firstBackOff).ToProto(),
                MaxInterval = backOff.MaxInterval?.ToProto(),
            };
        }

        if (limited is not null)
        {
            policy.RateLimitedRetryBackOff = new RetryPolicy.Types.RateLimitedRetryBackOff { MaxInterval = limited.MaxInterval?.ToProto() };
            foreach (var header in limited.ResetHeaders ?? [])
            {
                policy.RateLimitedRetryBackOff.ResetHeaders.Add(new RetryPolicy.Types.ResetHeader
                {
                    Name = header.Name ?? "",
                    Format = header.Format == "UnixTimestamp"
                        ? RetryPolicy.Types.ResetHeaderFormat.UnixTimestamp
                        : RetryPolicy.Types.ResetHeaderFormat.Seconds,
                });
            }
        }

        return policy;
    }

    private static void ConfigureConditions(RetryPolicy policy, IReadOnlyList<string> items)
    {
        var conditions = new List<string>(items.Count);
        foreach (var item in items)
        {
            if (uint.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                policy.RetriableStatusCodes.Add(status);
            }
            else if (item.StartsWith(MethodPrefix, StringComparison.Ordinal))
            {
                policy.RetriableRequestHeaders.Add(HeaderMatchers.ForMethod(item[MethodPrefix.Length..].ToUpperInvariant()));
            }
            else if (_conditions.TryGetValue(item, out var condition))
            {
                conditions.Add(condition);
            }
        }

        if (conditions.Count > 0)
        {
            policy.RetryOn = string.Join(',', conditions);
        }

        if (policy.RetriableStatusCodes.Count > 0)
        {
            policy.RetryOn += "," + StatusCodes;
        }
    }

    private static void ConfigureHostSelection(RetryPolicy policy, IReadOnlyList<HostSelection> selections)
    {
        foreach (var selection in selections)
        {
            switch (selection.Predicate)
            {
                case "OmitPreviousHosts":
                    AddPredicate(policy, EnvoyExtensions.PreviousHosts, Any.Pack(new PreviousHostsPredicate()));
                    break;
                case "OmitHostsWithTags":
                    AddPredicate(policy, EnvoyExtensions.OmitHostMetadata, Any.Pack(OmitTags(selection.Tags)));
                    break;
                case "OmitPreviousPriorities":
                    policy.RetryPriority = new RetryPolicy.Types.RetryPriority
                    {
                        Name = EnvoyExtensions.PreviousPriorities,
                        TypedConfig = Any.Pack(new PreviousPrioritiesConfig { UpdateFrequency = selection.UpdateFrequency ?? DefaultPriorityUpdates }),
                    };
                    break;
            }
        }
    }

    private static void AddPredicate(RetryPolicy policy, string name, Any config) =>
        policy.RetryHostPredicate.Add(new RetryPolicy.Types.RetryHostPredicate { Name = name, TypedConfig = config });

    private static OmitHostMetadataConfig OmitTags(IReadOnlyDictionary<string, string>? tags)
    {
        var labels = new Struct();
        foreach (var (key, value) in (tags ?? new Dictionary<string, string>()).OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            labels.Fields[key] = Value.ForString(value);
        }

        return new OmitHostMetadataConfig { MetadataMatch = new Metadata { FilterMetadata = { [EnvoyExtensions.LoadBalancerMetadata] = labels } } };
    }
}
