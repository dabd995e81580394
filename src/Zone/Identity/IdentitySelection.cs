using System.Diagnostics.CodeAnalysis;
using Mesh.Identity.Spiffe;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Identity;

/// <summary>Which MeshIdentity a proxy has and what it is called by it (contract §3.9). Pure.</summary>
public static class IdentitySelection
{
    /// <summary>The identity of a proxy: most labels in the selector wins, then the smallest name. Null: none selects it.</summary>
    public static Resource? Select(IReadOnlyDictionary<string, string> labels, IEnumerable<Resource> identities)
    {
        Resource? best = null;
        var bestCount = -1;
        foreach (var identity in identities.Where(identity => Selects(identity, labels)))
        {
            var count = identity.SpecAs<MeshIdentitySpec>().Selector?.Dataplane?.MatchLabels?.Count ?? 0;
            if (count > bestCount || (count == bestCount && string.CompareOrdinal(identity.Name, best!.Name) < 0))
            {
                (best, bestCount) = (identity, count);
            }
        }

        return best;
    }

    /// <summary>True when a proxy with these labels satisfies an identity's selector. Without a selector an identity selects nobody; an empty one selects all.</summary>
    public static bool Selects(Resource identity, IReadOnlyDictionary<string, string> labels) =>
        identity.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is { } selector
        && (selector.MatchLabels ?? ResourceLabels.None).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>True when the identity's controller has made it ready.</summary>
    public static bool IsReady(Resource identity) =>
        identity.StatusAs<ConditionsStatus>()?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Reads the templates of an identity.</summary>
    public static bool TryReadTemplates(
        Resource identity, string environment, [NotNullWhen(true)] out SpiffeIdTemplates? templates, out string error)
    {
        var spiffe = identity.SpecAs<MeshIdentitySpec>().SpiffeId;
        return SpiffeIdTemplates.TryParse(spiffe?.TrustDomain, spiffe?.Path, environment == "kubernetes", out templates, out error);
    }

    /// <summary>The SPIFFE id that an identity gives a proxy.</summary>
    public static bool TryRender(
        Resource identity, Resource dataplane, string zone, string environment, [NotNullWhen(true)] out SpiffeId? id, out string error)
    {
        id = null;
        return TryReadTemplates(identity, environment, out var templates, out error)
            && templates.TryRender(new SpiffeSubject(dataplane.Mesh, zone, dataplane.Labels), out id, out error);
    }
}
