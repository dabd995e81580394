using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mesh.Server.Settings;

/// <summary>
/// Reads settings: defaults, then the file, then the environment, then flags. Unknown keys are ignored with a warning, so
/// that one file serves several versions; values of the wrong type and out of bounds are refused, all of them at once.
/// </summary>
public static class SettingsLoader
{
    private const string DefaultFile = "mesh.yaml";
    private const int LongestFile = 1 << 20;

    /// <summary>Reads and validates settings.</summary>
    /// <exception cref="SettingsException">The file cannot be read, or a value is not usable.</exception>
    public static LoadedSettings Load(SettingsSources sources)
    {
        var faults = new List<string>();
        var warnings = new List<string>();
        var tree = (JsonObject)JsonSerializer.SerializeToNode(new ControlPlaneSettings(), SettingsJson.Options)!;

        ReadFile(sources.File, tree, faults, warnings);
        foreach (var (variable, value) in sources.Environment)
        {
            if (value.Length > 0 && SettingsSchema.Variables.TryGetValue(variable, out var path))
            {
                Set(tree, path, value, variable, faults);
            }
        }

        foreach (var (path, value) in sources.Flags)
        {
            Set(tree, path, value, path, faults);
        }

        if (faults.Count > 0)
        {
            throw new SettingsException(faults);
        }

        var settings = tree.Deserialize<ControlPlaneSettings>(SettingsJson.Options)!;
        SettingsValidator.Validate(settings, faults);
        return faults.Count == 0 ? new LoadedSettings(settings, warnings) : throw new SettingsException(faults);
    }

    private static void ReadFile(string? file, JsonObject tree, List<string> faults, List<string> warnings)
    {
        var path = file ?? DefaultFile;
        if (!File.Exists(path))
        {
            if (file is not null)
            {
                faults.Add($"{file}: there is no such file");
            }

            return;
        }

        try
        {
            if (new FileInfo(path).Length > LongestFile)
            {
                faults.Add($"{path}: larger than {LongestFile} bytes");
                return;
            }

            using var reader = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(reader);
            if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode root)
            {
                Merge(root, "", tree, path, faults, warnings);
            }
            else if (stream.Documents.Count > 0)
            {
                faults.Add($"{path}: must be a mapping");
            }
        }
        catch (YamlException e)
        {
            faults.Add($"{path}:{e.Start.Line}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: {e.Message}");
        }
    }

    private static void Merge(
        YamlMappingNode from, string prefix, JsonObject into, string file, List<string> faults, List<string> warnings)
    {
        foreach (var (key, value) in from.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            var path = prefix + name;
            var known = into.TryGetPropertyValue(name, out var current);
            if (!known)
            {
                warnings.Add($"{file}: {path} is not a known setting and is ignored");
            }
            else if (current is JsonObject section)
            {
                if (value is YamlMappingNode mapping)
                {
                    Merge(mapping, path + ".", section, file, faults, warnings);
                }
                else if (value is not YamlScalarNode { Value: null or "" or "null" or "~" })
                {
                    faults.Add($"{file}: {path} must be a mapping");
                }
            }
            else if (value is YamlSequenceNode list)
            {
                SetLeaf(into, name, path, [.. list.Children.Select(c => (c as YamlScalarNode)?.Value ?? "")], file, faults);
            }
            else if (value is YamlScalarNode scalar)
            {
                SetLeaf(into, name, path, [scalar.Value ?? ""], file, faults);
            }
            else
            {
                faults.Add($"{file}: {path} must be a value, not a mapping");
            }
        }
    }

    private static void Set(JsonObject tree, string path, string value, string source, List<string> faults)
    {
        var parts = path.Split('.');
        var section = tree;
        foreach (var part in parts.AsSpan(0, parts.Length - 1))
        {
            section = (JsonObject)section[part]!;
        }

        IReadOnlyList<string> values = SettingsSchema.Leaves[path] == typeof(IReadOnlyList<string>)
            ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [value];
        SetLeaf(section, parts[^1], path, values, source, faults);
    }

    private static void SetLeaf(
        JsonObject section, string name, string path, IReadOnlyList<string> values, string source, List<string> faults)
    {
        var type = SettingsSchema.Leaves[path];
        if (type == typeof(IReadOnlyList<string>))
        {
            section[name] = new JsonArray([.. values.Select(v => (JsonNode?)JsonValue.Create(v))]);
            return;
        }

        if (values.Count != 1)
        {
            faults.Add($"{source}: {path} must be one value, not a list");
            return;
        }

        var (value, expected) = Convert(type, values[0]);
        if (value is null)
        {
            faults.Add($"{source}: {path} must be {expected}, not '{values[0]}'");
            return;
        }

        section[name] = value;
    }

    private static (JsonNode? Value, string Expected) Convert(Type type, string text) => type switch
    {
        _ when type == typeof(bool) => (bool.TryParse(text, out var b) ? JsonValue.Create(b) : null, "true or false"),
        _ when type == typeof(int) => (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i) ? JsonValue.Create(i) : null,
            "a whole number"),
        _ when type == typeof(TimeSpan) => (
            GoDuration.TryParse(text, out _) ? JsonValue.Create(text) : null,
            "a duration such as 500ms, 10s or 1h30m"),
        _ => (JsonValue.Create(text), "text"),
    };
}
