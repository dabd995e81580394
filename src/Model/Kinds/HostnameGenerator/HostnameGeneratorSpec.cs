using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>Makes host names for services (contract §1.9).</summary>
public sealed record HostnameGeneratorSpec
{
    /// <summary>Services that get a name; exactly one kind.</summary>
    public HostnameSelector? Selector { get; init; }

    /// <summary>Template of the name: <c>.DisplayName .Namespace .Mesh .Zone</c> and <c>label "key"</c>.</summary>
    [Mandatory]
    public string? Template { get; init; }

    /// <summary>A plug-in that makes the names instead.</summary>
    public ExtensionSpec? Extension { get; init; }
}

/// <summary>Selects services of one kind.</summary>
public sealed record HostnameSelector
{
    /// <summary>MeshServices with these labels.</summary>
    public LabelSelector? MeshService { get; init; }

    /// <summary>MeshExternalServices with these labels.</summary>
    public LabelSelector? MeshExternalService { get; init; }

    /// <summary>MeshMultiZoneServices with these labels.</summary>
    public LabelSelector? MeshMultiZoneService { get; init; }
}
