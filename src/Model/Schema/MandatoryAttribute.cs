namespace Mesh.Model.Schema;

/// <summary>The field must be present; its absence is a violation <c>in body is required</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MandatoryAttribute : Attribute;
