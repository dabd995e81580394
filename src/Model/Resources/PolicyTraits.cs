namespace Mesh.Model.Resources;

/// <summary>What REST and inspection tell about a policy kind (contract §2.1).</summary>
public sealed class PolicyTraits
{
    /// <summary>Position in the chain of policies that edit a proxy's configuration, ascending; part of the contract.</summary>
    public required int Order { get; init; }

    /// <summary>It has <c>to</c> entries: it speaks about outbound traffic.</summary>
    public bool HasTo { get; init; }

    /// <summary>It has <c>rules</c>: it speaks about inbound traffic.</summary>
    public bool HasRules { get; init; }

    /// <summary>It says where requests go, instead of how they are treated on the way.</summary>
    public bool IsRoute { get; init; }

    /// <summary>It has one <c>default</c> for the whole proxy and neither <c>to</c> nor <c>rules</c>.</summary>
    public bool IsSingleItem => !HasTo && !HasRules;
}
