namespace Mesh.Model.Kinds;

/// <summary>A virtual address that the control plane gave to a service.</summary>
public sealed record Vip
{
    /// <summary>The address.</summary>
    public string? Ip { get; init; }
}
