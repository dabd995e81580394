namespace Mesh.Model.Kinds;

/// <summary>Names a HostnameGenerator.</summary>
public sealed record HostnameGeneratorRef
{
    /// <summary>Name of the generator.</summary>
    public required string CoreName { get; init; }
}
