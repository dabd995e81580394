using Mesh.Identity.Spiffe;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Server.Rest.Inspect;

/// <summary>The identity that a proxy carries (contract §3.9).</summary>
internal static class ProxyIdentity
{
    /// <summary>Its SPIFFE id; null when no identity that is ready selects it.</summary>
    public static string? SpiffeIdOf(Resource dataplane, IEnumerable<Resource> resources, string zone)
    {
        var identity = resources.Where(r => r.Kind == MeshIdentityKind.Name && IsReady(r) && Selects(r, dataplane))
            .OrderByDescending(r => r.SpecAs<MeshIdentitySpec>().Selector!.Dataplane!.MatchLabels?.Count ?? 0)
            .ThenBy(r => r.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (identity is null)
        {
            return null;
        }

        var subject = new SpiffeSubject(dataplane.Mesh, zone, dataplane.Labels);
        var template = identity.SpecAs<MeshIdentitySpec>().SpiffeId;
        var onKubernetes = dataplane.Label(ResourceLabels.Env) == "kubernetes";
        return SpiffeIdTemplates.TryParse(template?.TrustDomain, template?.Path, onKubernetes, out var templates, out _)
            && templates.TryRender(subject, out var id, out _) ? id.ToString() : null;
    }

    private static bool IsReady(Resource identity) =>
        identity.StatusAs<ConditionsStatus>()?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    private static bool Selects(Resource identity, Resource dataplane) =>
        identity.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is { } selector
        && (selector.MatchLabels ?? ResourceLabels.None).All(l => dataplane.Label(l.Key) == l.Value);
}
