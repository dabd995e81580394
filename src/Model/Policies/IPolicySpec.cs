namespace Mesh.Model.Policies;

/// <summary>What every policy's spec has.</summary>
public interface IPolicySpec
{
    /// <summary>Proxies that the policy is about; null: the whole mesh.</summary>
    TargetRef? TargetRef { get; }
}
