using Mesh.Identity.Spiffe;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Rules;

namespace Mesh.Global.Sync;

/// <summary>
/// Which zone may vouch for which trust domain (decision 0013): without this a zone that somebody took over could add its CA to the trust domain of another zone
/// and speak for every workload there. Follows MeshIdentities, MeshTrusts and Zones. Safe for concurrent use.
/// </summary>
internal sealed class TrustDomains
{
    private const string Suffix = ".mesh.local";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Claims> _meshes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _zones = new(StringComparer.Ordinal);
    private long _sequence;

    /// <summary>A resource is stored so now.</summary>
    /// <returns>Whether it changes what zones may vouch for.</returns>
    public bool Put(Resource resource)
    {
        lock (_lock)
        {
            return resource.Kind switch
            {
                ZoneKind.Name => _zones.Add(resource.Name),
                MeshIdentityKind.Name => PutIdentity(resource),
                MeshTrustKind.Name => PutTrust(resource),
                _ => false,
            };
        }
    }

    /// <summary>A resource is gone.</summary>
    /// <returns>Whether it changes what zones may vouch for.</returns>
    public bool Remove(ResourceKey key)
    {
        lock (_lock)
        {
            if (key.Kind == ZoneKind.Name)
            {
                return _zones.Remove(key.Name);
            }

            return _meshes.TryGetValue(key.Mesh, out var claims) && key.Kind switch
            {
                MeshIdentityKind.Name => claims.Identities.Remove(key.Name),
                MeshTrustKind.Name => claims.Trusts.Remove(key.Name),
                _ => false,
            };
        }
    }

    /// <summary>Why a MeshTrust of a zone is not for others; null: it is.</summary>
    /// <param name="trust">As it is, or would be, stored in Global.</param>
    /// <param name="zone">Its author.</param>
    public string? RefusalOf(Resource trust, string zone)
    {
        var domain = DomainOf(trust);
        lock (_lock)
        {
            var claims = _meshes.GetValueOrDefault(trust.Mesh);
            return domain.Length == 0 || claims?.Identities.Values.Any(templates => Renders(templates, trust.Mesh, zone, domain)) == true
                ? null
                : OwnerByName(trust.Mesh, zone, domain) ?? (claims is null ? null : OwnerByClaim(claims, trust, zone, domain));
        }
    }

    private static string DomainOf(Resource trust) => trust.SpecAs<MeshTrustSpec>().TrustDomain ?? "";

    private static bool Renders(SpiffeIdTemplates templates, string mesh, string zone, string domain) =>
        templates.TryRenderTrustDomain(mesh, zone, out var rendered, out _) && rendered == domain;

    /// <summary>Trust domains of the default form are of the zone that they name, whether it exists or not yet.</summary>
    private static string? OwnerByName(string mesh, string zone, string domain) =>
        domain.StartsWith(mesh + ".", StringComparison.Ordinal) && domain.EndsWith(Suffix, StringComparison.Ordinal) && domain.Length > mesh.Length + 1 + Suffix.Length
        && domain[(mesh.Length + 1)..^Suffix.Length] is var named && named != zone
            ? Refusal(domain, $"it is that of zone {named}")
            : null;

    private string? OwnerByClaim(Claims claims, Resource trust, string zone, string domain)
    {
        if (domain == $"{trust.Mesh}.{zone}{Suffix}")
        {
            return null;
        }

        foreach (var (name, templates) in claims.Identities)
        {
            if (_zones.FirstOrDefault(other => other != zone && Renders(templates, trust.Mesh, other, domain)) is { } other)
            {
                return Refusal(domain, $"MeshIdentity {name} of Global gives it to zone {other}");
            }
        }

        var mine = claims.Trusts.TryGetValue(trust.Name, out var own) && own.Zone == zone && own.Domain == domain ? own.Sequence : long.MaxValue;
        foreach (var (name, claim) in claims.Trusts)
        {
            if (claim.Domain == domain && claim.Zone != zone && (claim.Zone is null || claim.Sequence < mine))
            {
                return Refusal(domain, claim.Zone is null ? $"MeshTrust {name} of Global vouches for it" : $"zone {claim.Zone} vouches for it already");
            }
        }

        return null;
    }

    private static string Refusal(string domain, string because) =>
        $"the zone may not vouch for trust domain {domain}: {because}. A MeshIdentity in Global that names the trust domain lets zones share it";

    private bool PutIdentity(Resource identity)
    {
        if (SyncLabels.AuthorZone(identity) is not null)
        {
            // What a zone says gives it no right.
            return Of(identity.Mesh).Identities.Remove(identity.Name);
        }

        var spiffe = identity.SpecAs<MeshIdentitySpec>().SpiffeId;
        var claims = Of(identity.Mesh);
        if (!SpiffeIdTemplates.TryParse(spiffe?.TrustDomain, path: null, onKubernetes: false, out var templates, out _))
        {
            return claims.Identities.Remove(identity.Name);
        }

        claims.Identities[identity.Name] = templates;
        return true;
    }

    private bool PutTrust(Resource trust)
    {
        var claims = Of(trust.Mesh);
        var (zone, domain) = (SyncLabels.AuthorZone(trust), DomainOf(trust));
        if (claims.Trusts.TryGetValue(trust.Name, out var known) && known.Zone == zone && known.Domain == domain)
        {
            return false;
        }

        claims.Trusts[trust.Name] = new Claim(zone, domain, ++_sequence);
        return true;
    }

    private Claims Of(string mesh)
    {
        if (!_meshes.TryGetValue(mesh, out var claims))
        {
            _meshes[mesh] = claims = new Claims();
        }

        return claims;
    }

    /// <summary>Of one mesh, by name.</summary>
    private sealed class Claims
    {
        /// <summary>MeshIdentities of Global.</summary>
        public SortedDictionary<string, SpiffeIdTemplates> Identities { get; } = new(StringComparer.Ordinal);

        /// <summary>All MeshTrusts.</summary>
        public SortedDictionary<string, Claim> Trusts { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>A MeshTrust.</summary>
    /// <param name="Zone">Its author; null: Global.</param>
    /// <param name="Domain">What it vouches for.</param>
    /// <param name="Sequence">Who claimed first.</param>
    private readonly record struct Claim(string? Zone, string Domain, long Sequence);
}
