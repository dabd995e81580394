using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Cli.Export;

/// <summary>An export as Kubernetes manifests, asked of the control plane one by one, without what ties them to their cluster.</summary>
/// <param name="client">The control plane.</param>
/// <param name="profile">What the export is for.</param>
/// <param name="systemNamespace">Namespace of the control plane where the manifests will be applied.</param>
internal sealed class ManifestExport(ApiClient client, ExportProfile profile, string systemNamespace)
{
    private static readonly string[] _clusterFields = ["resourceVersion", "ownerReferences", "uid", "generation", "managedFields"];

    /// <summary>The manifest of a resource; null when it lives in a namespace of users, which a global control plane does not have.</summary>
    /// <exception cref="ApiException">The control plane refuses.</exception>
    public async Task<string?> FindAsync(ExportedResource resource, CancellationToken cancellationToken)
    {
        var path = KindNames.PathOf(resource.Kind, resource.Mesh, resource.Name);
        var found = await client.GetAsync($"{path}?format=kubernetes&namespace={Uri.EscapeDataString(systemNamespace)}", cancellationToken);
        if (found is not JsonObject manifest || manifest["metadata"] is not JsonObject metadata)
        {
            throw new CliException($"{path}: the control plane's answer is not a Kubernetes manifest");
        }

        if (profile.IsFederation && metadata["namespace"] is { } space && (string?)space != systemNamespace)
        {
            return null;
        }

        foreach (var field in _clusterFields)
        {
            metadata.Remove(field);
        }

        if (profile.IsFederation)
        {
            (metadata["labels"] as JsonObject)?.Remove(ResourceLabels.Origin);
            (metadata["annotations"] as JsonObject)?.Remove(ResourceLabels.Origin);
        }

        if (resource.Kind.Kind == MeshKind.Name)
        {
            manifest["spec"] = Spec(resource);
        }

        return YamlText.Of(manifest);
    }

    /// <summary>The spec of a flat resource: what is not its head.</summary>
    private static JsonObject Spec(ExportedResource resource)
    {
        var spec = new JsonObject();
        foreach (var (key, value) in resource.Body)
        {
            if (!ResourceYamlText.IsHead(key))
            {
                spec[key] = value?.DeepClone();
            }
        }

        return spec;
    }
}
