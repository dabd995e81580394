using Mesh.Model.Resources;

namespace Mesh.Cli.Commands;

/// <summary>Kinds as people write them: singular, plural or short, with or without dashes, in any case.</summary>
internal static class KindNames
{
    /// <summary>The kind of a word, and whether the word means all of it.</summary>
    /// <exception cref="CliException">No kind is called so.</exception>
    public static (ResourceDescriptor Descriptor, bool IsPlural) Find(ResourceCatalog catalog, string word)
    {
        var wanted = Plain(word);
        foreach (var descriptor in catalog.All.Where(d => d.Path.Length > 0))
        {
            if (wanted == Plain(descriptor.CliName) || wanted == Plain(descriptor.Kind) || (descriptor.ShortName.Length > 0 && wanted == descriptor.ShortName))
            {
                return (descriptor, false);
            }

            if (wanted == Plain(descriptor.Path) || (descriptor.AliasPath is { } alias && wanted == Plain(alias)))
            {
                return (descriptor, true);
            }
        }

        var known = string.Join(", ", catalog.All.Where(d => d.Path.Length > 0).Select(d => d.CliName).Order(StringComparer.Ordinal));
        throw new CliException($"there is no kind '{word}'; known are: {known}", ExitCodes.Usage);
    }

    /// <summary>Path of a kind's resources, or of one of them.</summary>
    public static string PathOf(ResourceDescriptor descriptor, string mesh, string? name)
    {
        var collection = descriptor.Scope == ResourceScope.Mesh
            ? $"/meshes/{Uri.EscapeDataString(mesh)}/{descriptor.Path}"
            : $"/{descriptor.Path}";
        return name is null ? collection : $"{collection}/{Uri.EscapeDataString(name)}";
    }

    private static string Plain(string word) => word.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
