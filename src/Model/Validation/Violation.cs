namespace Mesh.Model.Validation;

/// <summary>One fault of a resource.</summary>
/// <param name="Field">Path of the field from the resource's root, e.g. <c>spec.to[0].targetRef.kind</c>.</param>
/// <param name="Message">What is wrong, in the contract's wording.</param>
public readonly record struct Violation(string Field, string Message);
