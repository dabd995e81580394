namespace Mesh.Model.Policies;

/// <summary>Spec of a policy with one <c>default</c> for the whole proxy.</summary>
public interface IProxyPolicySpec : IPolicySpec
{
    /// <summary>The configuration, or null.</summary>
    object? Conf { get; }
}
