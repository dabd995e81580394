using EnvoyApi.Config.Rbac.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Model.Policies;
using Mesh.Policies.Merging;
using XdsApi.Core.V3;
using XdsApi.Type.Matcher.V3;
using FieldMatcher = XdsApi.Type.Matcher.V3.Matcher.Types.MatcherList.Types.FieldMatcher;
using Predicate = XdsApi.Type.Matcher.V3.Matcher.Types.MatcherList.Types.Predicate;

namespace Mesh.Policies.MeshTrafficPermission;

/// <summary>
/// The rules of one inbound as matcher trees: denials first, so that they win, then permissions; what matches nothing is
/// denied (contract §2.6). A field matcher's action carries the KRI of the policy it comes from.
/// </summary>
/// <param name="Enforced">What decides.</param>
/// <param name="Shadow">What is only counted: permissions that are to become denials. Null when there are none.</param>
internal sealed record PermissionMatchers(Matcher Enforced, Matcher? Shadow)
{
    private const string DefaultAction = "default";

    internal static PermissionMatchers Build(InboundRules rules)
    {
        var denials = new List<FieldMatcher>();
        var permissions = new List<FieldMatcher>();
        var shadow = new List<FieldMatcher>();
        foreach (var rule in rules.Rules)
        {
            var conf = rule.Conf.As<MeshTrafficPermissionConf>();
            var name = rule.Origin.Policy.ToString();
            Add(denials, conf.Deny, name, RBAC.Types.Action.Deny);
            Add(permissions, [.. conf.Allow ?? [], .. conf.AllowWithShadowDeny ?? []], name, RBAC.Types.Action.Allow);
            Add(shadow, conf.AllowWithShadowDeny, name, RBAC.Types.Action.Deny);
        }

        return new PermissionMatchers(Tree([.. denials, .. permissions]), shadow.Count == 0 ? null : Tree(shadow));
    }

    private static Matcher Tree(List<FieldMatcher> matchers)
    {
        var tree = new Matcher { OnNoMatch = ActionOf(DefaultAction, RBAC.Types.Action.Deny) };
        if (matchers.Count > 0)
        {
            tree.MatcherList = new Matcher.Types.MatcherList { Matchers = { matchers } };
        }

        return tree;
    }

    private static void Add(
        List<FieldMatcher> list, IReadOnlyList<Match>? matches, string name, RBAC.Types.Action action)
    {
        var predicates = new List<Predicate>();
        foreach (var match in matches ?? [])
        {
            if (PredicateOf(match) is { } predicate)
            {
                predicates.Add(predicate);
            }
        }

        if (predicates.Count > 0)
        {
            list.Add(new FieldMatcher
            {
                Predicate = predicates.Count == 1
                    ? predicates[0]
                    : new Predicate
                    {
                        OrMatcher = new Predicate.Types.PredicateList { Predicate = { predicates } },
                    },
                OnMatch = ActionOf(name, action),
            });
        }
    }

    /// <summary>Null for a match that asks for nothing: it is about nobody, and Envoy refuses an empty predicate.</summary>
    private static Predicate? PredicateOf(Match? match)
    {
        var id = match?.SpiffeId is { Value.Length: > 0 } spiffeId
            ? Single(
                EnvoyExtensions.UriSanInput,
                Any.Pack(new EnvoyApi.Extensions.Matching.CommonInputs.Ssl.V3.UriSanInput()),
                spiffeId.Type == SpiffeIdMatch.Prefix
                    ? new StringMatcher { Prefix = spiffeId.Value }
                    : new StringMatcher { Exact = spiffeId.Value })
            : null;
        var sni = match?.Sni is { Value.Length: > 0 } serverName
            ? Single(
                "envoy.matching.inputs.server_name",
                Any.Pack(new EnvoyApi.Extensions.Matching.CommonInputs.Network.V3.ServerNameInput()),
                new StringMatcher { Exact = serverName.Value })
            : null;
        if (id is null || sni is null)
        {
            return id ?? sni;
        }

        return new Predicate
        {
            AndMatcher = new Predicate.Types.PredicateList { Predicate = { id, sni } },
        };
    }

    private static Predicate Single(string input, Any config, StringMatcher value) => new()
    {
        SinglePredicate = new Predicate.Types.SinglePredicate
        {
            Input = new TypedExtensionConfig { Name = input, TypedConfig = config },
            ValueMatch = value,
        },
    };

    private static Matcher.Types.OnMatch ActionOf(string name, RBAC.Types.Action action) => new()
    {
        Action = new TypedExtensionConfig
        {
            Name = EnvoyExtensions.RbacAction,
            TypedConfig = Any.Pack(new EnvoyApi.Config.Rbac.V3.Action { Name = name, Action_ = action }),
        },
    };
}
