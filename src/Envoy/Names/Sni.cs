namespace Mesh.Envoy.Names;

/// <summary>Server names under which peers reach a service's port across zones (contract §3.7).</summary>
public static class Sni
{
    private const int MaxLabel = 63;
    private const int MaxTotal = 253;

    /// <summary>
    /// <c>sni.SHORT.MESH[.ZONE[.NAMESPACE]].NAME.SECTION</c>; zone and namespace are left out where empty. Null where a part is
    /// not a DNS label (RFC 1123) or the whole is longer than 253 characters: then there is no such name and no cluster for it.
    /// </summary>
    /// <param name="shortName"><c>msvc</c>, <c>mzsvc</c> or <c>extsvc</c>.</param>
    /// <param name="section">The port's name (never a number that stands for it).</param>
    public static string? TryBuild(string shortName, string mesh, string zone, string @namespace, string name, string section)
    {
        if (shortName is not ("msvc" or "mzsvc" or "extsvc")
            || !IsLabel(mesh) || !IsLabel(name) || !IsLabel(section)
            || (zone.Length > 0 && !IsLabel(zone))
            || (@namespace.Length > 0 && (zone.Length == 0 || !IsLabel(@namespace))))
        {
            return null;
        }

        var middle = zone.Length == 0 ? "" : @namespace.Length == 0 ? $"{zone}." : $"{zone}.{@namespace}.";
        var sni = $"sni.{shortName}.{mesh}.{middle}{name}.{section}";
        return sni.Length <= MaxTotal ? sni : null;
    }

    private static bool IsLabel(string text)
    {
        if (text.Length is 0 or > MaxLabel || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }
}
