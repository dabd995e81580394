using Mesh.Identity.Secrets;
using Mesh.Identity.Tokens;

namespace Mesh.Server.Rest.Access;

/// <summary>Callers that show a user token.</summary>
internal sealed class UserTokens(TokenKeys keys, TimeProvider clock)
{
    private readonly TokenValidator _validator = new(clock);

    /// <summary>The caller that a token stands for; null for a token that is not good.</summary>
    public async ValueTask<Caller?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            var claims = await _validator.ValidateUserAsync(token, await keys.ForUsersAsync(cancellationToken));
            return Caller.Authenticated(claims.Name, claims.Groups);
        }
        catch (TokenException)
        {
            return null;
        }
    }
}
