using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshRateLimit;

/// <summary>
/// Rules of MeshRateLimits (contract §2.6). A whole mesh can hold gateways, which have no inbounds: <c>rules</c> need a reference to
/// Dataplanes, <c>to</c> needs one to the mesh.
/// </summary>
internal static class MeshRateLimitValidator
{
    private static readonly GoDuration _shortestInterval = GoDuration.FromMilliseconds(50);
    private static readonly string[] _destinations = [TargetKinds.Mesh];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshRateLimitSpec>();
        var path = FieldPath.Spec(violations);
        var (hasTo, hasRules) = (spec.To is { Count: > 0 }, spec.Rules is { Count: > 0 });
        path.Field("targetRef").TopTarget(spec.TargetRef, hasRules);
        if (hasTo && hasRules)
        {
            path.Add("field 'to' must be empty when 'rules' is defined");
        }
        else if (!hasTo && !hasRules)
        {
            path.Add("at least one of 'to' or 'rules' has to be defined");
        }

        var includesGateways = spec.TargetRef is null or { Kind: TargetKinds.Mesh };
        if (hasRules && includesGateways)
        {
            path.Field("rules").Add(Messages.MustNotBeDefined);
        }
        else
        {
            CheckRules(spec.Rules ?? [], path.Field("rules"));
        }

        if (hasTo && !includesGateways)
        {
            path.Field("to").Add(Messages.MustNotBeDefined);
        }
        else
        {
            CheckDestinations(spec.To ?? [], path.Field("to"));
        }
    }

    private static void CheckRules(IReadOnlyList<MeshRateLimitRule> rules, FieldPath path)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var dependsOnSource = path.Index(i).Field("matches").StrictMatches(rules[i].Matches);
            CheckConf(rules[i].Default, path.Index(i).Field("default").Field("local"));
            if (dependsOnSource)
            {
                path.Index(i).Field("default").Field("local").Field("tcp").Absent(rules[i].Default?.Local?.Tcp, Messages.NotBySource);
            }
        }
    }

    private static void CheckDestinations(IReadOnlyList<MeshRateLimitTo> to, FieldPath path)
    {
        for (var i = 0; i < to.Count; i++)
        {
            path.Index(i).Field("targetRef").Target(to[i].TargetRef, _destinations);
            CheckConf(to[i].Default, path.Index(i).Field("default").Field("local"));
        }
    }

    private static void CheckConf(MeshRateLimitConf? conf, FieldPath path)
    {
        if (conf?.Local is not { } local)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        if (local is { Tcp: null, Http: null })
        {
            path.Add(Messages.AtLeastOneOf("tcp", "http"));
        }

        if (local.Http is { } http)
        {
            CheckHttp(http, path.Field("http"));
        }

        if (local.Tcp is { Disabled: null, ConnectionRate: null })
        {
            path.Field("tcp").Add(Messages.AtLeastOneOf("disabled", "connectionRate"));
        }

        CheckRate(local.Tcp?.ConnectionRate, path.Field("tcp").Field("connectionRate"));
    }

    private static void CheckHttp(LocalHttpRateLimit http, FieldPath path)
    {
        if (http is { Disabled: null, RequestRate: null, OnRateLimit: null })
        {
            path.Add(Messages.AtLeastOneOf("disabled", "requestRate", "onRateLimit"));
        }

        CheckRate(http.RequestRate, path.Field("requestRate"));
        path.Field("onRateLimit").Field("status").Positive(http.OnRateLimit?.Status);
    }

    private static void CheckRate(RequestRate? rate, FieldPath path)
    {
        if (rate is null)
        {
            return;
        }

        path.Field("num").Positive(rate.Num ?? 0);
        if (rate.Interval is not { } interval)
        {
            path.Field("interval").Add(Messages.MustBeDefined);
        }
        else if (interval <= _shortestInterval)
        {
            path.Field("interval").Add($"must be greater than: {_shortestInterval}");
        }
    }
}
