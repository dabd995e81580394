using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Cli.Export;

/// <summary>
/// Reads what a profile holds, in an order that can be applied from top to bottom: meshes, their secrets, everything else,
/// global secrets, and last the keys of user tokens, since with them the applying user's own token may lose its validity.
/// </summary>
/// <param name="client">The control plane.</param>
/// <param name="catalog">Kinds that are known here.</param>
/// <param name="profile">What is wanted.</param>
/// <param name="includeAdmin">Secrets too.</param>
internal sealed class ExportReader(ApiClient client, ResourceCatalog catalog, ExportProfile profile, bool includeAdmin)
{
    private readonly List<string> _unknown = [];

    /// <summary>Kinds that the control plane has and this program does not know: they are missing in the export.</summary>
    public IReadOnlyList<string> UnknownKinds => _unknown;

    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task<IReadOnlyList<ExportedResource>> ReadAsync(CancellationToken cancellationToken)
    {
        var kinds = await KindsAsync(cancellationToken);
        var meshes = (await ListAsync("/meshes", cancellationToken)).Select(m => (string)m["name"]!).ToList();
        var found = new List<ExportedResource>();
        foreach (var kind in kinds)
        {
            IEnumerable<string> paths = kind.Scope == ResourceScope.Mesh
                ? meshes.Select(mesh => KindNames.PathOf(kind, mesh, null))
                : [KindNames.PathOf(kind, "", null)];
            foreach (var path in paths)
            {
                foreach (var resource in (await ListAsync(path, cancellationToken)).Where(profile.Includes))
                {
                    profile.Prepare(resource);
                    found.Add(new ExportedResource(kind, resource));
                }
            }
        }

        return [.. found.OrderBy(Rank)];
    }

    /// <summary>Place of a resource in the order of applying; equal ones stay as they were read.</summary>
    private static int Rank(ExportedResource resource) => resource.Kind.Kind switch
    {
        MeshKind.Name => 0,
        SecretKind.Name => 1,
        GlobalSecretKind.Name => resource.Name.StartsWith(SecretNames.UserTokenKeyPrefix, StringComparison.Ordinal) ? 4 : 3,
        _ => 2,
    };

    private async Task<IReadOnlyList<ResourceDescriptor>> KindsAsync(CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync("/_resources", cancellationToken);
        var kinds = new List<ResourceDescriptor>();
        foreach (var offered in answer["resources"] as JsonArray ?? [])
        {
            var name = (string?)offered!["name"] ?? "";
            if (!catalog.TryGetKind(name, out var kind))
            {
                _unknown.Add(name);
            }
            else if (profile.Includes(kind, offered, includeAdmin))
            {
                kinds.Add(kind);
            }
        }

        return kinds;
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var list = await ResourceLists.ReadAsync(client, path, null, null, cancellationToken);
        return [.. (list["items"] as JsonArray ?? []).OfType<JsonObject>()];
    }
}
