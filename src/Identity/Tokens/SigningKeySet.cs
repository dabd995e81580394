namespace Mesh.Identity.Tokens;

/// <summary>The keys of one purpose and the tokens of it that were revoked. Immutable; a change is a new set.</summary>
/// <param name="Keys">The keys, any order.</param>
/// <param name="RevokedIds">Ids (<c>jti</c>) of revoked tokens.</param>
public sealed record SigningKeySet(IReadOnlyList<SigningKey> Keys, IReadOnlySet<string> RevokedIds)
{
    /// <summary>No keys.</summary>
    public static SigningKeySet Empty { get; } = new([], new HashSet<string>());

    /// <summary>The key that issues: the one of the highest serial number that can sign; null when there is none.</summary>
    public SigningKey? Issuing => Keys.Where(key => key.CanSign).MaxBy(key => key.Serial);

    /// <summary>Finds a key by its id.</summary>
    public SigningKey? Find(string id) => Keys.FirstOrDefault(key => key.Id == id);

    /// <summary>Reads a revocation list: ids separated by commas, white space around them ignored.</summary>
    public static IReadOnlySet<string> ParseRevocations(string text) =>
        text.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
}
