using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mesh.Identity.Tokens;

/// <summary>Checks tokens: RS256 only, by a key that is known, within their time, not revoked. Refusals are worded as the contract's.</summary>
/// <param name="clock">Source of the present time.</param>
public sealed class TokenValidator(TimeProvider clock)
{
    /// <summary>Longest token, in characters, that is looked at.</summary>
    public const int MaxLength = 16 * 1024;

    private const string Prefix = "could not parse token: ";

    private static readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };

    /// <summary>Reads the mesh that a dataplane token claims, unchecked, to find the keys to check it with; null when it claims none.</summary>
    public static string? PeekMesh(string token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > MaxLength || !_handler.CanReadToken(token))
        {
            return null;
        }

        try
        {
            return _handler.ReadJsonWebToken(token).TryGetPayloadValue<string>("Mesh", out var mesh) && mesh.Length > 0 ? mesh : null;
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Checks a dataplane token.</summary>
    /// <exception cref="TokenException">It is refused.</exception>
    public Task<DataplaneToken> ValidateDataplaneAsync(string token, SigningKeySet keys) =>
        ValidateAsync(token, keys, (jwt, id, expires) => new DataplaneToken
        {
            Name = Text(jwt, "Name"),
            Mesh = Text(jwt, "Mesh"),
            Tags = Tags(jwt),
            Type = Text(jwt, "Type"),
            Workload = Text(jwt, "Workload"),
            Id = id,
            Expires = expires,
        });

    /// <summary>Checks a user token.</summary>
    /// <exception cref="TokenException">It is refused.</exception>
    public Task<UserToken> ValidateUserAsync(string token, SigningKeySet keys) =>
        ValidateAsync(token, keys, (jwt, id, expires) => new UserToken(Text(jwt, "Name"), Texts(jwt, "Groups")) { Id = id, Expires = expires });

    /// <summary>Checks a zone token.</summary>
    /// <exception cref="TokenException">It is refused.</exception>
    public Task<ZoneToken> ValidateZoneAsync(string token, SigningKeySet keys) =>
        ValidateAsync(token, keys, (jwt, id, expires) => new ZoneToken(Text(jwt, "Zone"), Texts(jwt, "Scope")) { Id = id, Expires = expires });

    private async Task<T> ValidateAsync<T>(string token, SigningKeySet keys, Func<JsonWebToken, string, DateTimeOffset, T> read)
        where T : TokenClaims
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (string.IsNullOrEmpty(token) || token.Length > MaxLength || token.Count(c => c == '.') != 2)
        {
            throw new TokenException(Prefix + "token is malformed: token contains an invalid number of segments");
        }

        JsonWebToken jwt;
        try
        {
            jwt = _handler.ReadJsonWebToken(token);
            RequireKnownKey(jwt, keys);
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException or JsonException)
        {
            throw new TokenException(Prefix + "token is malformed: could not be decoded", fault);
        }

        var outcome = await _handler.ValidateTokenAsync(token, Parameters(keys)).ConfigureAwait(false);
        if (!outcome.IsValid)
        {
            throw new TokenException(Prefix + Reason(outcome.Exception), outcome.Exception);
        }

        var id = jwt.Id ?? "";
        if (keys.RevokedIds.Contains(id))
        {
            throw new TokenException("token is revoked");
        }

        try
        {
            return read(jwt, id, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero));
        }
        catch (Exception fault) when (fault is JsonException or InvalidCastException or ArgumentException or InvalidOperationException)
        {
            throw new TokenException(Prefix + "token is malformed: its claims have other types", fault);
        }
    }

    private static void RequireKnownKey(JsonWebToken jwt, SigningKeySet keys)
    {
        if (jwt.Alg != SecurityAlgorithms.RsaSha256)
        {
            throw new TokenException($"{Prefix}token signature is invalid: signing method {jwt.Alg} is invalid");
        }

        var id = jwt.Kid ?? "";
        if (keys.Find(id) is null)
        {
            throw new TokenException(
                $"{Prefix}token is unverifiable: there is no signing key with KID {(id.Length == 0 ? "\"\"" : id)}. If the signing key was rotated, regenerate the token");
        }
    }

    private TokenValidationParameters Parameters(SigningKeySet keys) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ValidateIssuer = false,
        ValidateAudience = false,
        IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id) is { } key ? [key.SecurityKey] : [],
        LifetimeValidator = (from, until, _, _) => RequireTime(from, until),
    };

    private bool RequireTime(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (until is null || now >= until)
        {
            throw new SecurityTokenExpiredException();
        }

        return from is null || now >= from ? true : throw new SecurityTokenNotYetValidException();
    }

    private static string Reason(Exception? fault) => fault switch
    {
        SecurityTokenExpiredException => "token has invalid claims: token is expired",
        SecurityTokenNotYetValidException => "token has invalid claims: token is not valid yet",
        SecurityTokenNoExpirationException => "token has invalid claims: token is missing required claim: exp claim is required",
        _ => "token signature is invalid: crypto/rsa: verification error",
    };

    private static string Text(JsonWebToken jwt, string claim) =>
        jwt.TryGetPayloadValue<JsonElement>(claim, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : jwt.TryGetPayloadValue<string>(claim, out var text) ? text ?? "" : "";

    private static List<string> Texts(JsonWebToken jwt, string claim) =>
        Payload(jwt).TryGetProperty(claim, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")]
            : [];

    private static Dictionary<string, IReadOnlyList<string>> Tags(JsonWebToken jwt)
    {
        var tags = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (Payload(jwt).TryGetProperty("Tags", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var tag in given.EnumerateObject())
            {
                // Kuma writes a set as an object of booleans, others as a list.
                tags[tag.Name] = tag.Value.ValueKind == JsonValueKind.Object
                    ? [.. tag.Value.EnumerateObject().Where(value => value.Value.ValueKind == JsonValueKind.True).Select(value => value.Name)]
                    : [.. tag.Value.EnumerateArray().Select(value => value.GetString() ?? "")];
            }
        }

        return tags;
    }

    private static JsonElement Payload(JsonWebToken jwt)
    {
        using var document = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        return document.RootElement.Clone();
    }
}
