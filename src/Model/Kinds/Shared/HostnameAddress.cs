namespace Mesh.Model.Kinds;

/// <summary>A host name under which a service is reached.</summary>
public sealed record HostnameAddress
{
    /// <summary>The host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>Where it comes from: <c>HostnameGenerator</c> or <c>Kubernetes</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>The generator that made it.</summary>
    public HostnameGeneratorRef? HostnameGeneratorRef { get; init; }
}
