namespace Mesh.Server.Settings;

/// <summary>Settings that were read, and what the reader ignored.</summary>
/// <param name="Settings">The settings, valid.</param>
/// <param name="Warnings">One sentence per unknown or meaningless setting.</param>
public sealed record LoadedSettings(ControlPlaneSettings Settings, IReadOnlyList<string> Warnings);
