using System.Text;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Identity.Secrets;

/// <summary>Secrets (of a mesh) and GlobalSecrets (mesh empty) as texts.</summary>
internal sealed class SecretStore(IResourceStore store)
{
    /// <summary>Reads one; null when there is none.</summary>
    public async ValueTask<string?> ReadAsync(string mesh, string name, CancellationToken cancellationToken)
    {
        var secret = await store.GetAsync(KeyOf(mesh, name), cancellationToken).ConfigureAwait(false);
        return secret is null ? null : TextOf(secret);
    }

    /// <summary>Reads those whose names begin with a prefix, ordered by name.</summary>
    public async ValueTask<IReadOnlyList<Resource>> ListAsync(string mesh, string prefix, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery
        {
            Kind = DescriptorOf(mesh).Kind,
            Mesh = mesh.Length == 0 ? null : mesh,
            Filter = secret => secret.Name.StartsWith(prefix, StringComparison.Ordinal),
        };
        return (await store.ListAsync(query, cancellationToken).ConfigureAwait(false)).Items;
    }

    /// <summary>Stores a new one.</summary>
    /// <returns>False when there was one already; it is left alone.</returns>
    public async ValueTask<bool> TryCreateAsync(string mesh, string name, string text, ResourceKey? owner, CancellationToken cancellationToken)
    {
        try
        {
            await store.CreateAsync(New(mesh, name, text, owner), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ResourceExistsException)
        {
            return false;
        }
    }

    /// <summary>Removes one if it is there.</summary>
    public async ValueTask RemoveAsync(string mesh, string name, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(KeyOf(mesh, name), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (ResourceNotFoundException)
        {
            // Someone else removed it.
        }
    }

    /// <summary>The text of a secret.</summary>
    public static string TextOf(Resource secret) => Encoding.UTF8.GetString(secret.SpecAs<SecretSpec>().Data ?? []);

    private static Resource New(string mesh, string name, string text, ResourceKey? owner) => new()
    {
        Descriptor = DescriptorOf(mesh),
        Mesh = mesh,
        Name = name,
        Spec = new SecretSpec { Data = Encoding.UTF8.GetBytes(text) },
        Owner = owner,
    };

    private static ResourceDescriptor DescriptorOf(string mesh) => mesh.Length == 0 ? GlobalSecretKind.Resource : SecretKind.Resource;

    private static ResourceKey KeyOf(string mesh, string name) => new(DescriptorOf(mesh).Kind, mesh, name);
}
