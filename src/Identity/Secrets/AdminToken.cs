using Mesh.Identity.Tokens;
using Mesh.Model.Stores;

namespace Mesh.Identity.Secrets;

/// <summary>The administrator's token, kept as GlobalSecret <c>admin-user-token</c> (contract §6.4).</summary>
public sealed class AdminToken(IResourceStore store, TokenKeys keys, TimeProvider clock)
{
    /// <summary>Name and group of the administrator.</summary>
    public const string Administrator = "mesh-system:admin";

    /// <summary>How long the token is valid: ten years.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    private readonly SecretStore _secrets = new(store);

    /// <summary>Sees to it that there is one, and a key that signed it.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken = default)
    {
        if (await _secrets.ReadAsync("", SecretNames.AdminUserToken, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        await keys.EnsureForUsersAsync(cancellationToken).ConfigureAwait(false);
        var issuing = (await keys.ForUsersAsync(cancellationToken).ConfigureAwait(false)).Issuing
            ?? throw new TokenException("there is no key that signs user tokens");
        var token = new TokenIssuer(clock).Issue(issuing, new UserToken(Administrator, [Administrator]), Validity);
        await _secrets.TryCreateAsync("", SecretNames.AdminUserToken, token, owner: null, cancellationToken).ConfigureAwait(false);
    }
}
