namespace Mesh.Policies.Core;

/// <summary>Marks a static class whose property <c>Resource</c> is the descriptor of a policy kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PolicyKindAttribute : Attribute;
