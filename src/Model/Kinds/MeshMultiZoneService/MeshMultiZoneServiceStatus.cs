namespace Mesh.Model.Kinds;

/// <summary>State of a MeshMultiZoneService.</summary>
public sealed record MeshMultiZoneServiceStatus
{
    /// <summary>Host names.</summary>
    public IReadOnlyList<HostnameAddress>? Addresses { get; init; }

    /// <summary>Virtual addresses.</summary>
    public IReadOnlyList<Vip>? Vips { get; init; }

    /// <summary>MeshServices that it is made of now.</summary>
    public IReadOnlyList<MatchedMeshService>? MeshServices { get; init; }

    /// <summary>What the generators did.</summary>
    public IReadOnlyList<HostnameGeneratorStatus>? HostnameGenerators { get; init; }

    /// <summary><c>MeshServicesMatched</c>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>A MeshService that was selected.</summary>
public sealed record MatchedMeshService
{
    /// <summary>Display name.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace, or empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Mesh.</summary>
    public string Mesh { get; init; } = "";
}
