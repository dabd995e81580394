using System.Text;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Resources;

/// <summary>Reads and validates bodies of resources. Pure.</summary>
internal sealed class ResourceReader(ResourceCatalog catalog)
{
    private const string Title = "Could not process a resource";

    /// <exception cref="RestException">The body is no resource, or not a valid one; with all violations that were found.</exception>
    public ReadResource Read(ResourceKey key, ResourceDescriptor descriptor, ReadOnlyMemory<byte> body, string contentType)
    {
        var parsed = MediaTypes.IsYaml(contentType) ? ParseYaml(body) : ResourceJson.Parse(body.Span, descriptor);
        if (parsed.Error is { } error)
        {
            throw new RestException(400, "Bad Request", error);
        }

        if (parsed.Resource is not { } resource)
        {
            throw RestException.Invalid(Title, parsed.Violations);
        }

        if (descriptor.Scope == ResourceScope.Mesh && resource.Mesh.Length == 0)
        {
            resource = resource with { Mesh = key.Mesh };
        }

        var violations = new ViolationList();
        descriptor.Validate?.Invoke(resource, violations);
        if (violations.IsEmpty)
        {
            MatchPath(key, descriptor, resource, violations);
        }

        return violations.IsEmpty
            ? new ReadResource(resource with { CreationTime = default, ModificationTime = default }, [.. descriptor.Advise?.Invoke(resource) ?? []], [.. parsed.Warnings])
            : throw RestException.Invalid(Title, violations);
    }

    private ParsedResource ParseYaml(ReadOnlyMemory<byte> body)
    {
        var documents = ResourceYaml.ParseAll(Encoding.UTF8.GetString(body.Span), catalog);
        return documents.Count == 1 ? documents[0] : throw new RestException(400, "Bad Request", "the body must be one YAML document");
    }

    private static void MatchPath(ResourceKey key, ResourceDescriptor descriptor, Resource resource, ViolationList violations)
    {
        if (resource.Name != key.Name)
        {
            violations.Add("name", "name from the URL has to be the same as in body");
        }

        if (resource.Kind != descriptor.Kind)
        {
            violations.Add("type", "type from the URL has to be the same as in body");
        }

        if (descriptor.Scope == ResourceScope.Mesh && resource.Mesh != key.Mesh)
        {
            violations.Add("mesh", "mesh from the URL has to be the same as in body");
        }
    }
}
