using System.Collections;

namespace Mesh.Server.Settings;

/// <summary>Where settings come from. Later ones win: file, environment, flags.</summary>
public sealed record SettingsSources
{
    /// <summary>Path of a YAML file; null: <c>mesh.yaml</c> in the current folder, where there is one.</summary>
    public string? File { get; init; }

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Values by setting path, e.g. <c>store.type</c>, as given on the command line.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return variables;
    }
}
