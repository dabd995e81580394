using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshLoadBalancingStrategy;

/// <summary>Rules of MeshLoadBalancingStrategies (contract §2.6).</summary>
internal static class MeshLoadBalancingStrategyValidator
{
    private const string OnlyHashPolicies = "field is not allowed when targetRef.kind is MeshHTTPRoute, only hashPolicies is supported";

    private static readonly string[] _destinations =
    [
        TargetKinds.Mesh, TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService, TargetKinds.MeshHTTPRoute,
    ];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshLoadBalancingStrategySpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, isInbound: false);
        for (var i = 0; i < spec.To?.Count; i++)
        {
            var (entry, field) = (spec.To[i], path.Field("to").Index(i));
            field.Field("targetRef").Target(entry.TargetRef, _destinations);
            CheckConf(entry.Default ?? new MeshLoadBalancingStrategyConf(), entry.TargetRef?.Kind, field.Field("default"));
        }
    }

    private static void CheckConf(MeshLoadBalancingStrategyConf conf, string? kind, FieldPath path)
    {
        CheckHashPolicies(conf.HashPolicies ?? [], path.Field("hashPolicies"));
        if (kind == TargetKinds.MeshHTTPRoute)
        {
            path.Field("loadBalancer").Absent(conf.LoadBalancer, OnlyHashPolicies);
            path.Field("localityAwareness").Absent(conf.LocalityAwareness, OnlyHashPolicies);
            return;
        }

        if (conf.LoadBalancer is { Type: LoadBalancer.LeastRequestType, LeastRequest.ActiveRequestBias: { } bias })
        {
            var field = path.Field("loadBalancer").Field("leastRequest").Field("activeRequestBias");
            if (!bias.TryGetDecimal(out var number))
            {
                field.Add("string must be a valid number");
            }
            else if (number < 0)
            {
                field.Add("must be greater or equal then: 0");
            }
        }

        CheckLocalZone(conf.LocalityAwareness?.LocalZone?.AffinityTags ?? [], path.Field("localityAwareness").Field("localZone").Field("affinityTags"));
        if (conf.LocalityAwareness?.CrossZone is { } crossZone)
        {
            CheckCrossZone(crossZone, kind, path.Field("localityAwareness").Field("crossZone"));
        }
    }

    private static void CheckLocalZone(IReadOnlyList<AffinityTag> tags, FieldPath path)
    {
        for (var i = 0; i < tags.Count; i++)
        {
            if (string.IsNullOrEmpty(tags[i].Key))
            {
                path.Index(i).Field("key").Add(Messages.MustNotBeEmpty);
            }

            path.Index(i).Field("weight").Positive(tags[i].Weight);
        }

        var weights = tags.Count(tag => tag.Weight is not null);
        if (weights > 0 && weights != tags.Count)
        {
            path.Add("all or none affinity tags should have weight");
        }
    }

    private static void CheckCrossZone(CrossZone crossZone, string? kind, FieldPath path)
    {
        if (kind == TargetKinds.MeshService)
        {
            path.Add("must not be set: MeshService traffic is local");
            return;
        }

        for (var i = 0; i < crossZone.Failover?.Count; i++)
        {
            CheckFailover(crossZone.Failover[i], path.Field("failover").Index(i));
        }

        if (crossZone.FailoverThreshold is { } threshold)
        {
            path.Field("failoverThreshold").Field("percentage").Percentage(threshold.Percentage, isMandatory: true, allowsZero: false);
        }
    }

    private static void CheckFailover(FailoverRule rule, FieldPath path)
    {
        var from = path.Field("from").Field("zones");
        if (rule.From is { Zones: null or { Count: 0 } })
        {
            from.Add(Messages.MustNotBeEmpty);
        }

        for (var i = 0; i < rule.From?.Zones?.Count; i++)
        {
            if (rule.From.Zones[i].Length == 0)
            {
                from.Index(i).Add(Messages.MustNotBeEmpty);
            }
        }

        var hasZones = rule.To?.Zones is { Count: > 0 };
        switch (rule.To?.Type)
        {
            case FailoverTo.Any or FailoverTo.None:
                if (hasZones)
                {
                    path.Field("to").Field("zones").Add($"must be empty when type is {rule.To.Type}");
                }

                break;
            case FailoverTo.AnyExcept or FailoverTo.Only:
                if (!hasZones)
                {
                    path.Field("to").Field("zones").Add($"must not be empty when type is {rule.To.Type}");
                }

                break;
            default:
                path.Field("to").Field("type").Add("unrecognized type");
                break;
        }
    }

    private static void CheckHashPolicies(IReadOnlyList<HashPolicy> policies, FieldPath path)
    {
        for (var i = 0; i < policies.Count; i++)
        {
            var (policy, field) = (policies[i], path.Index(i));
            (string Name, object? Value)? part = policy.Type switch
            {
                HashPolicy.HeaderType => ("header", policy.Header),
                HashPolicy.CookieType => ("cookie", policy.Cookie),
                HashPolicy.ConnectionType => ("connection", policy.Connection),
                HashPolicy.QueryParameterType => ("queryParameter", policy.QueryParameter),
                HashPolicy.FilterStateType => ("filterState", policy.FilterState),
                _ => null,
            };
            if (part is null)
            {
                field.Field("type").Add("unrecognized type");
            }
            else if (part.Value.Value is null)
            {
                field.Field(part.Value.Name).Add(Messages.MustBeDefined);
            }
            else if (policy is { Type: HashPolicy.CookieType, Cookie.Path: { } cookiePath } && !cookiePath.StartsWith('/'))
            {
                field.Field("cookie").Field("path").Add("must be an absolute path");
            }
        }
    }
}
