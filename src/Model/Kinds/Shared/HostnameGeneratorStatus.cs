namespace Mesh.Model.Kinds;

/// <summary>What one HostnameGenerator did for a service.</summary>
public sealed record HostnameGeneratorStatus
{
    /// <summary>The generator.</summary>
    public required HostnameGeneratorRef HostnameGeneratorRef { get; init; }

    /// <summary>How it went.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
