namespace Mesh.Load.Scenarios;

/// <summary>A scenario that cannot be run; every reason with its path.</summary>
internal sealed class ScenarioException(IReadOnlyList<string> violations) : Exception(string.Join('\n', violations))
{
    /// <summary>The reasons.</summary>
    public IReadOnlyList<string> Violations => violations;
}
