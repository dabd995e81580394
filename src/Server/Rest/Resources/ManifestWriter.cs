using System.Globalization;
using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;

namespace Mesh.Server.Rest.Resources;

/// <summary>
/// A resource as a Kubernetes manifest, to be applied elsewhere: without what the control plane computes for the place where
/// it is now (contract §7.1).
/// </summary>
internal static class ManifestWriter
{
    private const string DisplayNamePrefix = "kuma.io/";

    public static void Write(Utf8JsonWriter json, Resource resource, string space)
    {
        json.WriteStartObject();
        if (resource.Spec is SecretSpec secret)
        {
            WriteSecret(json, resource, secret, space);
            json.WriteEndObject();
            return;
        }

        json.WriteString("kind", resource.Kind);
        json.WriteString("apiVersion", "kuma.io/v1alpha1");
        WriteMetadata(json, resource, space);
        if (resource.Descriptor.IsFlat && resource.Mesh.Length > 0)
        {
            json.WriteString("mesh", resource.Mesh);
        }

        json.WritePropertyName("spec");
        JsonSerializer.Serialize(json, resource.Spec, resource.Descriptor.SpecType, ModelJson.Options);
        json.WriteEndObject();
    }

    private static void WriteSecret(Utf8JsonWriter json, Resource resource, SecretSpec secret, string space)
    {
        json.WriteString("kind", "Secret");
        json.WriteString("apiVersion", "v1");
        WriteMetadata(json, resource, space);
        json.WriteStartObject("data");
        json.WriteBase64String("value", secret.Data ?? []);
        json.WriteEndObject();
        json.WriteString("type", resource.Descriptor.Scope == ResourceScope.Mesh ? "system.kuma.io/secret" : "system.kuma.io/global-secret");
    }

    /// <summary>Secrets, and every kind that is defined by its own schema, live in a namespace, those of global scope too.</summary>
    private static bool IsNamespaced(Resource resource) =>
        resource.Descriptor.Scope == ResourceScope.Mesh || resource.Spec is SecretSpec || !resource.Descriptor.IsFlat;

    private static void WriteMetadata(Utf8JsonWriter json, Resource resource, string space)
    {
        json.WriteStartObject("metadata");
        json.WriteString("name", resource.Name);
        if (space.Length > 0 && IsNamespaced(resource))
        {
            json.WriteString("namespace", space);
        }

        json.WriteString("creationTimestamp", resource.CreationTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var labels = resource.Labels.Where(l => !l.Key.StartsWith(DisplayNamePrefix, StringComparison.Ordinal)).OrderBy(l => l.Key, StringComparer.Ordinal).ToList();
        if (resource.Mesh.Length > 0 && !resource.Descriptor.IsFlat)
        {
            labels.Insert(0, new(ResourceLabels.Mesh, resource.Mesh));
        }

        if (labels.Count > 0)
        {
            json.WriteStartObject("labels");
            foreach (var (key, value) in labels)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
