namespace Mesh.Identity.Tokens;

/// <summary>What a token says about its bearer (contract §5.4).</summary>
public abstract record TokenClaims
{
    /// <summary>Id of the token, for revocation; made when it is issued.</summary>
    public string Id { get; init; } = "";

    /// <summary>When it ends (UTC); set when it is issued.</summary>
    public DateTimeOffset Expires { get; init; }
}

/// <summary>Lets a proxy connect. Each thing it names binds it; what it leaves empty does not.</summary>
public sealed record DataplaneToken : TokenClaims
{
    /// <summary>Name of the Dataplane, or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Mesh of the Dataplane.</summary>
    public required string Mesh { get; init; }

    /// <summary>Labels that the Dataplane must have, and the values it may have for them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tags { get; init; } = _noTags;

    /// <summary>Type of proxy, <c>dataplane</c>, or empty.</summary>
    public string Type { get; init; } = "";

    /// <summary>Workload of the Dataplane, or empty.</summary>
    public string Workload { get; init; } = "";

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _noTags = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>Lets a person or program use the API.</summary>
/// <param name="Name">Name of the user.</param>
/// <param name="Groups">Groups of the user.</param>
public sealed record UserToken(string Name, IReadOnlyList<string> Groups) : TokenClaims;

/// <summary>Lets a zone connect.</summary>
/// <param name="Zone">Name of the zone.</param>
/// <param name="Scope">What it may do: <see cref="ZoneTokenScopes"/>.</param>
public sealed record ZoneToken(string Zone, IReadOnlyList<string> Scope) : TokenClaims;
