namespace Mesh.Server.Settings;

/// <summary>The settings cannot be used; every fault is told, not just the first.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception("the settings are not valid:" + Environment.NewLine + string.Join(Environment.NewLine, faults.Select(f => "  " + f)))
{
    /// <summary>One line per fault, each with the setting's path.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
