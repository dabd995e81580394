using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mesh.Identity.Tokens;

/// <summary>Makes tokens, with a key of the control plane or offline with one from a file.</summary>
/// <param name="clock">Source of issue and expiry times.</param>
public sealed class TokenIssuer(TimeProvider clock)
{
    /// <summary>A token is valid from this long before its issue, for clocks that disagree.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>Longest validity that is issued: a hundred years.</summary>
    public static readonly TimeSpan LongestValidity = TimeSpan.FromDays(36_500);

    private static readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    private static readonly JsonSerializerOptions _json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Issues a token for a proxy.</summary>
    /// <exception cref="TokenException">Nothing may be issued of these claims or with this key.</exception>
    public string Issue(SigningKey key, DataplaneToken claims, TimeSpan validFor)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Mesh.Length == 0)
        {
            throw new TokenException("a dataplane token needs a mesh");
        }

        return Sign(key, validFor, times => new
        {
            claims.Name,
            claims.Mesh,
            // A set is an object of booleans on the wire.
            Tags = claims.Tags.ToDictionary(tag => tag.Key, tag => tag.Value.Distinct().ToDictionary(value => value, _ => true)),
            claims.Type,
            claims.Workload,
            exp = times.Expires,
            nbf = times.From,
            iat = times.From,
            jti = times.Id,
        });
    }

    /// <summary>Issues a token for a user.</summary>
    /// <exception cref="TokenException">Nothing may be issued of these claims or with this key.</exception>
    public string Issue(SigningKey key, UserToken claims, TimeSpan validFor)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Name.Length == 0)
        {
            throw new TokenException("a user token needs a name");
        }

        return Sign(key, validFor, times => new
        {
            claims.Name,
            claims.Groups,
            exp = times.Expires,
            nbf = times.From,
            iat = times.From,
            jti = times.Id,
        });
    }

    /// <summary>Issues a token for a zone. No scope means all of them.</summary>
    /// <exception cref="TokenException">Nothing may be issued of these claims or with this key.</exception>
    public string Issue(SigningKey key, ZoneToken claims, TimeSpan validFor)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Zone.Length == 0)
        {
            throw new TokenException("a zone token needs a zone");
        }

        if (claims.Scope.FirstOrDefault(scope => !ZoneTokenScopes.All.Contains(scope)) is { } unknown)
        {
            throw new TokenException($"unknown scope \"{unknown}\"; known are {string.Join(", ", ZoneTokenScopes.All)}");
        }

        return Sign(key, validFor, times => new
        {
            claims.Zone,
            Scope = claims.Scope.Count == 0 ? ZoneTokenScopes.All : claims.Scope,
            exp = times.Expires,
            nbf = times.From,
            iat = times.From,
            jti = times.Id,
        });
    }

    private string Sign<T>(SigningKey key, TimeSpan validFor, Func<Times, T> claims)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (validFor <= TimeSpan.Zero)
        {
            throw new TokenException("validity must be longer than zero");
        }

        if (validFor > LongestValidity)
        {
            throw new TokenException($"validity must be at most {LongestValidity.TotalHours:0}h");
        }

        if (!key.CanSign)
        {
            throw new TokenException($"{key} is a public key: it cannot issue tokens");
        }

        var now = clock.GetUtcNow();
        var times = new Times(now.Add(validFor).ToUnixTimeSeconds(), now.Subtract(Skew).ToUnixTimeSeconds(), Guid.NewGuid().ToString());
        var credentials = new SigningCredentials(key.SecurityKey, SecurityAlgorithms.RsaSha256);
        return _handler.CreateToken(JsonSerializer.Serialize(claims(times), _json), credentials);
    }

    private readonly record struct Times(long Expires, long From, string Id);
}
