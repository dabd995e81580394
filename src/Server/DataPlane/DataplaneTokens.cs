using Mesh.Identity.Secrets;
using Mesh.Identity.Tokens;
using Mesh.Model.Kinds;
using Mesh.Model.Stores;
using Mesh.Server.Bootstrap;
using Mesh.Zone.Identity;

namespace Mesh.Server.DataPlane;

/// <summary>Tokens by which proxies show that they may be a Dataplane (contract §5.4).</summary>
/// <param name="store">Where the MeshIdentities are.</param>
/// <param name="keys">Keys of tokens.</param>
/// <param name="environment">Of this control plane, by which certificates are issued: what a proxy's labels say of it decides nothing.</param>
/// <param name="clock">Time of tokens.</param>
internal sealed class DataplaneTokens(IResourceStore store, TokenKeys keys, string environment, TimeProvider clock) : IDataplaneTokenValidator
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
    /// <param name="claims">Of the token.</param>
    /// <param name="mesh">Of the Dataplane.</param>
    /// <param name="name">Of the Dataplane.</param>
    /// <param name="labels">As they are stored, with those that the control plane sets: certificates are issued by them.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
        return IdentitySelection.Select(labels, identities.Items) is { } identity
            && IdentitySelection.TryReadTemplates(identity, environment, out var templates, out _)
            && templates.NeedsWorkload;
    }
}
