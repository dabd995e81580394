namespace Mesh.Model.Kinds;

/// <summary>State of a MeshExternalService.</summary>
public sealed record MeshExternalServiceStatus
{
    /// <summary>Virtual address.</summary>
    public Vip Vip { get; init; } = new();

    /// <summary>Host names.</summary>
    public IReadOnlyList<HostnameAddress>? Addresses { get; init; }

    /// <summary>What the generators did.</summary>
    public IReadOnlyList<HostnameGeneratorStatus>? HostnameGenerators { get; init; }
}
