namespace Mesh.Model.Policies;

/// <summary>Spec of a policy with <c>to</c> entries.</summary>
public interface IOutboundPolicySpec : IPolicySpec
{
    /// <summary>What is said about destinations; null: nothing.</summary>
    IReadOnlyList<IOutboundEntry>? To { get; }
}
