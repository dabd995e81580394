namespace Mesh.Model.Text;

/// <summary>Names of the contract's own types, which some of its messages carry.</summary>
internal static class GoStructs
{
    /// <summary>
    /// Name of the type that holds a field: the last but one name of its path, capitalised, with the usual abbreviations in
    /// capitals. It is right for most fields; for others it names the field's parent all the same.
    /// </summary>
    /// <param name="root">Type of the spec.</param>
    /// <param name="path">Names from the spec to the field, joined by dots.</param>
    public static string NameOfParent(Type root, string path)
    {
        var names = path.Split('.');
        if (names.Length < 2)
        {
            return root.Name.Replace("Spec", "", StringComparison.Ordinal);
        }

        var parent = names[^2];
        return parent switch
        {
            "http" => "HTTP",
            "tcp" => "TCP",
            "grpc" => "GRPC",
            "default" => "Conf",
            _ => char.ToUpperInvariant(parent[0]) + parent[1..],
        };
    }
}
