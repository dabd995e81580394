using Mesh.Identity.Secrets;
using Mesh.Identity.Spiffe;
using Mesh.Identity.Tokens;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies.Matching;
using Mesh.Server.Bootstrap;

namespace Mesh.Server.DataPlane;

/// <summary>Tokens by which proxies show that they may be a Dataplane (contract §5.4).</summary>
internal sealed class DataplaneTokens(IResourceStore store, TokenKeys keys, TimeProvider clock) : IDataplaneTokenValidator
{
    private const string DataplaneType = "dataplane";
    private readonly TokenValidator _validator = new(clock);

    public bool IsRequired => true;

    /// <summary>The claims of a token.</summary>
    /// <exception cref="TokenException">It is refused.</exception>
    public async ValueTask<DataplaneToken> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var mesh = TokenValidator.PeekMesh(token) ?? throw new TokenException("could not parse token: it names no mesh");
        return await _validator.ValidateDataplaneAsync(token, await keys.ForDataplanesAsync(mesh, cancellationToken));
    }

    /// <summary>Why claims do not allow to be this Dataplane; null when they do.</summary>
    public async ValueTask<string?> RefuseAsync(
        DataplaneToken claims, string mesh, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var needsWorkload = await NeedsWorkloadAsync(mesh, labels, cancellationToken);
        return DataplaneAuthenticator.Refuse(claims, new ProxyCredentials(name, mesh, DataplaneType, labels, needsWorkload));
    }

    public async ValueTask<string?> ValidateAsync(
        string token, string mesh, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        try
        {
            return await RefuseAsync(await ReadAsync(token, cancellationToken), mesh, name, labels, cancellationToken);
        }
        catch (TokenException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether the identity that selects the proxy makes its path of the workload.</summary>
    private async ValueTask<bool> NeedsWorkloadAsync(string mesh, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var identities = await store.ListAsync(new ResourceQuery { Kind = MeshIdentityKind.Name, Mesh = mesh }, cancellationToken);
        if (identities.Items.Count == 0)
        {
            return false;
        }

        var proxy = new Resource { Descriptor = DataplaneKind.Resource, Name = "", Mesh = mesh, Labels = labels, Spec = new DataplaneSpec() };
        var best = identities.Items
            .Where(i => i.SpecAs<MeshIdentitySpec>().Selector?.Dataplane is { } selector && LabelMatch.Matches(proxy, selector.MatchLabels ?? ResourceLabels.None))
            .OrderByDescending(i => i.SpecAs<MeshIdentitySpec>().Selector!.Dataplane!.MatchLabels?.Count ?? 0)
            .ThenBy(i => i.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        var template = best?.SpecAs<MeshIdentitySpec>().SpiffeId;
        var onKubernetes = proxy.Label(ResourceLabels.Env) == "kubernetes";
        return best is not null
            && SpiffeIdTemplates.TryParse(template?.TrustDomain, template?.Path, onKubernetes, out var templates, out _)
            && templates.NeedsWorkload;
    }
}
