namespace Mesh.Model.Validation;

/// <summary>A place in a resource, at which faults are reported.</summary>
/// <param name="violations">Where they go.</param>
/// <param name="path">Path of the place from the resource's root; empty: the resource itself.</param>
public readonly struct FieldPath(ViolationList violations, string path)
{
    /// <summary>Path from the resource's root.</summary>
    public string Path => path ?? "";

    /// <summary>The place of a spec.</summary>
    public static FieldPath Spec(ViolationList violations) => new(violations, "spec");

    /// <summary>A field of this place.</summary>
    public FieldPath Field(string name) => new(violations, Path.Length == 0 ? name : $"{Path}.{name}");

    /// <summary>An item of this list.</summary>
    public FieldPath Index(int index) => new(violations, $"{Path}[{index}]");

    /// <summary>An entry of this map.</summary>
    public FieldPath Key(string key) => new(violations, $"{Path}[\"{key}\"]");

    /// <summary>Reports a fault here.</summary>
    public void Add(string message) => violations.Add(Path, message);
}
