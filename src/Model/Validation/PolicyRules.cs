using Mesh.Model.Policies;

namespace Mesh.Model.Validation;

/// <summary>Rules that policies share: target references, matches, references to backends (contract §2.1).</summary>
public static class PolicyRules
{
    private static readonly string[] _topKinds = [TargetKinds.Mesh, TargetKinds.Dataplane];
    private static readonly string[] _backendKinds = [TargetKinds.MeshService, TargetKinds.MeshExternalService, TargetKinds.MeshMultiZoneService];

    /// <summary>The reference at the top of a policy; absent means the whole mesh.</summary>
    /// <param name="isInbound">The policy speaks about incoming traffic: sections may be named.</param>
    public static void TopTarget(this FieldPath path, TargetRef? target, bool isInbound)
    {
        if (target is not null)
        {
            path.Target(target, _topKinds, isInbound);
        }
    }

    /// <summary>A reference of one of some kinds.</summary>
    public static void Target(this FieldPath path, TargetRef? target, IReadOnlyList<string> kinds, bool isInbound = false) =>
        Reference(path, target?.Kind, target?.Labels, target?.SectionName, kinds, isInbound);

    /// <summary>A destination of a route.</summary>
    public static void Backend(this FieldPath path, BackendRef? backend)
    {
        Reference(path, backend?.Kind, backend?.Labels, backend?.SectionName, _backendKinds, false);
        if (backend is { Kind: TargetKinds.MeshMultiZoneService, Port: null })
        {
            path.Field("port").Add("must be defined with kind MeshMultiZoneService");
        }
    }

    /// <summary>A reference to a resource that describes where observability data goes.</summary>
    public static void BackendResource(this FieldPath path, BackendResourceRef? reference)
    {
        if (reference is null)
        {
            path.Add(Messages.MustBeDefined);
            return;
        }

        path.Field("kind").OneOf(reference.Kind ?? "", "kind", "MeshOpenTelemetryBackend");
        if (reference.Labels is not { Count: > 0 })
        {
            path.Add("backendRef must have exactly one defined: labels");
        }
    }

    /// <summary>Peers.</summary>
    public static void Matches(this FieldPath path, IReadOnlyList<Match>? matches)
    {
        for (var i = 0; i < matches?.Count; i++)
        {
            path.Index(i).Match(matches[i]);
        }
    }

    /// <summary>Peers, of whom each match must say something.</summary>
    /// <returns>True when one of them speaks about who calls.</returns>
    public static bool StrictMatches(this FieldPath path, IReadOnlyList<Match>? matches)
    {
        path.Matches(matches);
        var hasSource = false;
        for (var i = 0; i < matches?.Count; i++)
        {
            var match = matches[i];
            if (match.SpiffeId is null && match.Sni is null)
            {
                path.Index(i).Add("must specify at least one of 'spiffeID' or 'sni'");
            }

            if (match.SpiffeId is not { } source)
            {
                continue;
            }

            hasSource = true;
            if (source.Type is not (SpiffeIdMatch.Exact or SpiffeIdMatch.Prefix))
            {
                path.Index(i).Field("spiffeID").Field("type").Add(string.IsNullOrEmpty(source.Type)
                    ? "must be set"
                    : $"unrecognized type {Text.GoText.Quote(source.Type)}, supported values are: Exact, Prefix");
            }
        }

        return hasSource;
    }

    private static void Match(this FieldPath path, Match match)
    {
        if (match.SpiffeId is { } source && SpiffeIds.ErrorOf(source.Value ?? "") is { } error)
        {
            path.Field("spiffeID").Add($"must be a valid Spiffe ID: {error}");
        }

        if (match.Sni is not { } sni)
        {
            return;
        }

        if (sni.Type != "Exact")
        {
            path.Field("sni").Field("type").Add(string.IsNullOrEmpty(sni.Type)
                ? "must be set"
                : $"unrecognized type {Text.GoText.Quote(sni.Type)}, supported values are: Exact");
        }

        var value = path.Field("sni").Field("value");
        if (string.IsNullOrEmpty(sni.Value))
        {
            value.Add("must be set");
        }
        else
        {
            HostNames.CheckSubdomain(value, sni.Value);
        }
    }

    private static void Reference(
        FieldPath path, string? kind, IReadOnlyDictionary<string, string>? labels, string? section, IReadOnlyList<string> kinds, bool isInbound)
    {
        if (string.IsNullOrEmpty(kind))
        {
            path.Field("kind").Add(Messages.MustBeDefined);
            return;
        }

        if (!kinds.Contains(kind))
        {
            path.Field("kind").Add($"value '{kind}' is not supported");
            return;
        }

        var hasSection = !string.IsNullOrEmpty(section);
        var hasLabels = labels is { Count: > 0 };
        switch (kind)
        {
            case TargetKinds.Dataplane when hasSection && !isInbound:
                path.Field("sectionName").Add("can only be used with inbound policies");
                break;
            case TargetKinds.Mesh when hasLabels:
                path.Field("labels").Add($"must not be set with kind {kind}");
                break;
            case TargetKinds.Dataplane or TargetKinds.Mesh:
                break;
            default:
                if (!hasLabels)
                {
                    path.Field("labels").Add($"must be set when kind is {kind}");
                }

                break;
        }

        if (hasSection && kind is (TargetKinds.Mesh or TargetKinds.MeshExternalService or TargetKinds.MeshHTTPRoute))
        {
            path.Field("sectionName").Add($"must not be set with kind {kind}");
        }
    }
}
