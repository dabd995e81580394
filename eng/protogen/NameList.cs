namespace Mesh.Protogen;

/// <summary>A text file with one name a line; <c>#</c> starts a comment.</summary>
internal static class NameList
{
    public static IReadOnlyList<string> Read(string path) =>
    [
        .. File.ReadLines(path).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0),
    ];
}
