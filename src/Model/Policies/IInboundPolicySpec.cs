namespace Mesh.Model.Policies;

/// <summary>Spec of a policy with <c>rules</c>.</summary>
public interface IInboundPolicySpec : IPolicySpec
{
    /// <summary>What is said about incoming traffic; null: nothing.</summary>
    IReadOnlyList<IInboundRule>? Rules { get; }
}
