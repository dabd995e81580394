namespace Mesh.Zone.Control.Workloads;

/// <summary>Whether the value of a label can be the name of what is generated from it (contract §1).</summary>
internal static class ResourceNames
{
    /// <summary>True for a label as RFC 1035 has it: at most 63 lower-case letters, digits and dashes, a letter first, no dash last.</summary>
    public static bool IsServiceName(string name) =>
        name.Length is > 0 and <= 63 && char.IsAsciiLetterLower(name[0]) && name[^1] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>True for the name of any resource: such labels, which may also begin with digits, joined by dots; at most 253 characters.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 253
        && name.Split('.').All(part => part.Length > 0 && part[0] != '-' && part[^1] != '-'
            && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
}
