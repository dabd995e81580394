using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Naming;

/// <summary>
/// Name of a resource, or of a section of one, that is unique across zones:
/// <c>kri_SHORT_MESH_ZONE_NAMESPACE_NAME_SECTION</c>, always seven parts, empty ones allowed (contract §3.2).
/// </summary>
public readonly record struct Kri(string ShortName, string Mesh, string Zone, string Namespace, string Name, string Section)
{
    private const string Prefix = "kri";

    /// <summary>Reads a KRI. What follows the sixth underscore is the section, underscores included.</summary>
    public static bool TryParse(string? text, out Kri kri)
    {
        kri = default;
        if (text is null)
        {
            return false;
        }

        var parts = text.Split('_', 7);
        if (parts.Length != 7 || parts[0] != Prefix)
        {
            return false;
        }

        kri = new Kri(parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]);
        return true;
    }

    /// <summary>The same resource with another section (a port or rule), or without one.</summary>
    public Kri WithSection(string section) => this with { Section = section };

    /// <inheritdoc/>
    [SuppressMessage("Globalization", "CA1305", Justification = "Only strings are joined.")]
    public override string ToString() => $"{Prefix}_{ShortName}_{Mesh}_{Zone}_{Namespace}_{Name}_{Section}";
}
