using System.Text;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Resources;

/// <summary>Reads and validates bodies of resources. Pure.</summary>
/// <param name="catalog">Kinds.</param>
/// <param name="labels">Who writes here, for labels.</param>
internal sealed class ResourceReader(ResourceCatalog catalog, LabelContext labels)
{
    private const string Title = "Could not process a resource";
    private const string CreateTitle = "Failed to create a resource";
    private const string NameField = "name";

    /// <summary>Who writes here.</summary>
    public LabelContext Labels => labels;

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

        var (violations, creation) = Validate(resource);
        if (violations.IsEmpty)
        {
            MatchPath(key, descriptor, resource, violations);
        }

        LabelComputation.Check(resource, labels, violations);
        if (!violations.IsEmpty)
        {
            throw RestException.Invalid(Title, violations);
        }

        var stored = resource with
        {
            CreationTime = default,
            ModificationTime = default,
            Labels = LabelComputation.Compute(resource, labels),
        };
        return new ReadResource(stored, [.. ResourceValidation.Advise(resource)], [.. parsed.Warnings], CreationFault(resource, creation));
    }

    /// <summary>A kind may be stricter about names than all kinds are; that is judged when a resource is created, and apart.</summary>
    private static (ViolationList Always, ViolationList AtCreation) Validate(Resource resource)
    {
        var general = new ViolationList();
        NameRules.Check(resource.Name, general);
        if (!general.IsEmpty)
        {
            return (ResourceValidation.Validate(resource), new ViolationList());
        }

        var always = new ViolationList();
        var atCreation = new ViolationList();
        foreach (var violation in ResourceValidation.Validate(resource))
        {
            (violation.Field == NameField ? atCreation : always).Add(violation.Field, violation.Message);
        }

        return (always, atCreation);
    }

    private static RestException? CreationFault(Resource resource, ViolationList violations) =>
        !violations.IsEmpty ? RestException.Invalid(CreateTitle, violations)
        : LabelRules.WorkloadError(resource) is { } refusal ? RestException.BadRequest(refusal)
        : null;

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
