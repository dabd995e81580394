namespace Mesh.Policies;

/// <summary>Marks a class that derives from <see cref="Policy"/>: <see cref="PolicyCatalog"/> finds it once at start.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PolicyAttribute : Attribute;
