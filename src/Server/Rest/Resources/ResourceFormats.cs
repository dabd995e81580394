using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Resources;

/// <summary>How a resource is shown: in its own form, or as a Kubernetes manifest (<c>?format=k8s</c>).</summary>
internal static class ResourceFormats
{
    /// <summary>Where a control plane lives in Kubernetes, unless a request says otherwise.</summary>
    private const string SystemNamespace = "kuma-system";

    /// <summary>What a request asks for.</summary>
    /// <param name="AsManifest">As a Kubernetes manifest.</param>
    /// <param name="Namespace">Namespace of the manifest.</param>
    internal readonly record struct Format(bool AsManifest, string Namespace);

    public static Format Of(RestRequest request) => request.Query("format") switch
    {
        null or "" or "universal" => default,
        "k8s" or "kubernetes" => new Format(true, request.Query("namespace") is { Length: > 0 } space ? space : SystemNamespace),
        _ => throw RestException.BadRequest("unsupported value for query parameter 'format'"),
    };

    public static void Write(Utf8JsonWriter json, Resource resource, Format format)
    {
        if (format.AsManifest)
        {
            ManifestWriter.Write(json, resource, format.Namespace);
        }
        else
        {
            ResourceJson.Write(json, resource);
        }
    }
}
