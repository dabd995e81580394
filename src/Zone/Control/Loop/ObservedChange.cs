using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Loop;

/// <summary>A resource before and after a change; one of the two may be null.</summary>
internal readonly record struct ObservedChange(Resource? Before, Resource? After)
{
    /// <summary>The newer of the two.</summary>
    public Resource Any => (After ?? Before)!;

    /// <summary>Kind of the resource.</summary>
    public string Kind => Any.Kind;

    /// <summary>Mesh of the resource; empty for global kinds.</summary>
    public string Mesh => Any.Mesh;

    /// <summary>Name of the resource.</summary>
    public string Name => Any.Name;

    /// <summary>It was created or deleted, or its spec or labels differ; false: only its status does.</summary>
    public bool IsOfWish =>
        Before is null || After is null
        || !ModelEquality.Same(Before.Spec, After.Spec) || !ModelEquality.SameLabels(Before.Labels, After.Labels);
}
