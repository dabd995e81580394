namespace Mesh.Check;

/// <summary>What a gate measured.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Catches">The fault that it is there for.</param>
/// <param name="Bytes">Bytes per push or change.</param>
/// <param name="Allowed">Bytes that it may be.</param>
internal sealed record Measured(string Name, Fault Catches, double Bytes, double Allowed)
{
    /// <summary>Whether the gate is open.</summary>
    public bool Fits => Bytes <= Allowed;
}
