namespace Mesh.Server.Rest.Access;

/// <summary>Who is calling.</summary>
/// <param name="Name">User.</param>
/// <param name="Groups">Groups of the user.</param>
internal sealed record Caller(string Name, IReadOnlyList<string> Groups)
{
    private const string AuthenticatedGroup = "mesh-system:authenticated";

    /// <summary>Someone who showed nothing.</summary>
    public static Caller Anonymous { get; } = new("mesh-system:anonymous", ["mesh-system:unauthenticated"]);

    /// <summary>The administrator.</summary>
    public static Caller Administrator { get; } = Authenticated("mesh-system:admin", ["mesh-system:admin"]);

    /// <summary>Someone who showed a good token.</summary>
    public static Caller Authenticated(string name, IReadOnlyList<string> groups) =>
        new(name, groups.Contains(AuthenticatedGroup) ? groups : [.. groups, AuthenticatedGroup]);

    /// <summary>As errors name it.</summary>
    public override string ToString() => $"{Name}/{string.Join(',', Groups)}";
}
