using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Policies.MeshTrafficPermission;

/// <summary>Who may call. Where proxies have an identity, nobody may without one of these.</summary>
public sealed record MeshTrafficPermissionSpec : IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Permissions; at least one.</summary>
    public IReadOnlyList<MeshTrafficPermissionRule>? Rules { get; init; }

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>One set of permissions.</summary>
public sealed record MeshTrafficPermissionRule : IInboundRule
{
    /// <summary>The permissions.</summary>
    [Mandatory]
    public MeshTrafficPermissionConf? Default { get; init; }

    IReadOnlyList<Match>? IInboundRule.Matches => null;

    object? IInboundRule.Conf => Default;
}

/// <summary>Permissions; denials win.</summary>
public sealed record MeshTrafficPermissionConf
{
    /// <summary>Peers that may not call.</summary>
    public IReadOnlyList<Match>? Deny { get; init; }

    /// <summary>Peers that may call.</summary>
    public IReadOnlyList<Match>? Allow { get; init; }

    /// <summary>Peers that may call, counted as if denied.</summary>
    public IReadOnlyList<Match>? AllowWithShadowDeny { get; init; }
}
