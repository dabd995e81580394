using System.Globalization;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshRetry;

/// <summary>Rules of MeshRetries (contract §2.6). Paths have a part <c>conf</c>, as clients know them.</summary>
internal static class MeshRetryValidator
{
    private static readonly string[] _destinations =
    [
        TargetKinds.Mesh, TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService, TargetKinds.MeshHTTPRoute,
    ];

    private static readonly string[] _httpConditions =
    [
        "5xx", "GatewayError", "Reset", "Retriable4xx", "ConnectFailure", "EnvoyRatelimited", "RefusedStream", "Http3PostConnectFailure",
        "HttpMethodConnect", "HttpMethodDelete", "HttpMethodGet", "HttpMethodHead", "HttpMethodOptions", "HttpMethodPatch", "HttpMethodPost",
        "HttpMethodPut", "HttpMethodTrace",
    ];

    private static readonly string[] _grpcConditions = ["Canceled", "DeadlineExceeded", "Internal", "ResourceExhausted", "Unavailable"];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshRetrySpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        if (spec.To is not { Count: > 0 })
        {
            path.Field("to").Add("needs at least one item");
        }

        for (var i = 0; i < spec.To?.Count; i++)
        {
            var field = path.Field("to").Index(i);
            field.Field("targetRef").Target(spec.To[i].TargetRef, _destinations);
            CheckConf(spec.To[i].Default, field.Field("default").Field("conf"));
        }
    }

    private static void CheckConf(MeshRetryConf? conf, FieldPath path)
    {
        if (conf is null or { Tcp: null, Http: null, Grpc: null })
        {
            path.Add("at least one of the 'tcp', 'http', 'grpc' must be specified");
            return;
        }

        if (conf.Tcp is { MaxConnectAttempt: null })
        {
            path.Field("tcp").Add(Messages.MustNotBeEmpty);
        }

        if (conf.Tcp is { MaxConnectAttempt: 0 })
        {
            path.Field("tcp").Field("maxConnectAttempt").Add("must be greater than 0");
        }

        if (conf.Http is { } http)
        {
            CheckHttp(http, path.Field("http"));
        }

        if (conf.Grpc is { } grpc)
        {
            CheckGrpc(grpc, path.Field("grpc"));
        }
    }

    private static void CheckHttp(HttpRetry http, FieldPath path)
    {
        if (http is
            {
                NumRetries: null, PerTryTimeout: null, BackOff: null, RetryOn: null, RetriableRequestHeaders: null,
                RetriableResponseHeaders: null, RateLimitedBackOff: null, HostSelection: null, HostSelectionMaxAttempts: null,
            })
        {
            path.Add(Messages.MustNotBeEmpty);
        }

        CheckTimes(http.BackOff, http.RateLimitedBackOff, path);
        for (var i = 0; i < http.RetryOn?.Count; i++)
        {
            if (!_httpConditions.Contains(http.RetryOn[i]) && !IsStatus(http.RetryOn[i]))
            {
                path.Field("retryOn").Index(i).Add($"unknown item '{http.RetryOn[i]}'");
            }
        }

        CheckHosts(http.HostSelection ?? [], path.Field("hostSelection"));
    }

    private static bool IsStatus(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599;

    private static void CheckGrpc(GrpcRetry grpc, FieldPath path)
    {
        if (grpc is { NumRetries: null, PerTryTimeout: null, BackOff: null, RetryOn: null, RateLimitedBackOff: null })
        {
            path.Add(Messages.MustNotBeEmpty);
        }

        CheckTimes(grpc.BackOff, grpc.RateLimitedBackOff, path);
        for (var i = 0; i < grpc.RetryOn?.Count; i++)
        {
            if (!_grpcConditions.Contains(grpc.RetryOn[i]))
            {
                path.Field("retryOn").Index(i).Add($"unknown item '{grpc.RetryOn[i]}'");
            }
        }
    }

    private static void CheckTimes(RetryBackOff? backOff, RateLimitedBackOff? limited, FieldPath path)
    {
        if (backOff is { BaseInterval: null, MaxInterval: null })
        {
            path.Field("backOff").Add(Messages.MustNotBeEmpty);
        }

        if (limited is null)
        {
            return;
        }

        path = path.Field("rateLimitedBackOff");
        if (limited.MaxInterval is { Nanoseconds: <= 0 })
        {
            path.Field("maxInterval").Add("must be defined and greater than zero");
        }

        if (limited.ResetHeaders is null)
        {
            path.Field("resetHeaders").Add(Messages.MustBeDefined);
        }

        for (var i = 0; i < limited.ResetHeaders?.Count; i++)
        {
            if (string.IsNullOrEmpty(limited.ResetHeaders[i].Name))
            {
                path.Field("resetHeaders").Index(i).Field("name").Add(Messages.MustBeDefined);
            }
        }
    }

    private static void CheckHosts(IReadOnlyList<HostSelection> selections, FieldPath path)
    {
        var hasPriorities = false;
        for (var i = 0; i < selections.Count; i++)
        {
            var (selection, field) = (selections[i], path.Index(i));
            switch (selection.Predicate)
            {
                case "OmitPreviousHosts":
                    break;
                case "OmitHostsWithTags":
                    if (selection.Tags is null)
                    {
                        field.Field("tags").Add(Messages.MustBeDefined);
                    }

                    break;
                case "OmitPreviousPriorities":
                    if (hasPriorities)
                    {
                        field.Field("predicate").Add("OmitPreviousPriorities must only be specified once");
                    }

                    if (selection.UpdateFrequency is not (null or > 0))
                    {
                        field.Field("updateFrequency").Add("must be defined and greater than zero");
                    }

                    hasPriorities = true;
                    break;
                default:
                    field.Field("predicate").Add($"unknown predicate type '{selection.Predicate}'");
                    break;
            }
        }
    }
}
