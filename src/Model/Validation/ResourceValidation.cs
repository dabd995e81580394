using Mesh.Model.Resources;

namespace Mesh.Model.Validation;

/// <summary>All rules of a resource: its name, its labels, its kind's own.</summary>
public static class ResourceValidation
{
    /// <summary>Everything that is wrong with a resource. Never throws for bad input.</summary>
    public static ViolationList Validate(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var violations = new ViolationList();
        NameRules.Check(resource.Name, violations);
        LabelRules.Check(resource.Labels, violations);
        resource.Descriptor.Validate?.Invoke(resource, violations);
        return violations;
    }

    /// <summary>Sentences about what is legal but probably not meant.</summary>
    public static IEnumerable<string> Advise(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Descriptor.Advise?.Invoke(resource) ?? [];
    }
}
