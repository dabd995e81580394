using Grpc.Core;
using Mesh.Identity.Secrets;
using Mesh.Identity.Tokens;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Kds.Global;

/// <summary>
/// Finds out which zone opens a stream, before anything that it sends is read: by its token, which must be for the name that it
/// gives and for control planes. Where authentication is off, by its name alone.
/// </summary>
/// <param name="keys">Keys that sign zone tokens.</param>
/// <param name="isRequired">Setting <c>multizone.global.kds.auth.type</c> is <c>cpToken</c>.</param>
/// <param name="clock">Source of time.</param>
internal sealed class ZoneAuthenticator(TokenKeys keys, bool isRequired, TimeProvider clock)
{
    private readonly TokenValidator _validator = new(clock);

    /// <summary>The zone of a call.</summary>
    /// <exception cref="RpcException">It cannot be let in; the status says why.</exception>
    public async ValueTask<ZoneIdentity> AuthenticateAsync(Metadata headers, CancellationToken cancellationToken)
    {
        var zone = headers.GetValue(KdsHeaders.ClientId) ?? "";
        var token = TokenOf(headers);
        if (zone.Length == 0)
        {
            throw Refusal(StatusCode.InvalidArgument, $"the call names no zone: metadata '{KdsHeaders.ClientId}' is missing");
        }

        if (!isRequired)
        {
            return new ZoneIdentity(zone, token, null);
        }

        if (token is null)
        {
            throw Refusal(StatusCode.Unauthenticated, "a zone token with scope 'cp' is required and none was sent");
        }

        var claims = await VerifyAsync(token, cancellationToken);
        if (claims.Zone != zone)
        {
            throw Refusal(StatusCode.PermissionDenied, $"the token is for zone '{claims.Zone}', not for '{zone}'");
        }

        return claims.Scope.Contains(ZoneTokenScopes.ControlPlane)
            ? new ZoneIdentity(zone, token, claims)
            : throw Refusal(StatusCode.PermissionDenied, $"the token has no scope '{ZoneTokenScopes.ControlPlane}'");
    }

    /// <summary>Whether a token that was good is still; null: it is, else why not.</summary>
    public async ValueTask<string?> RecheckAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            await VerifyAsync(token, cancellationToken);
            return null;
        }
        catch (RpcException e)
        {
            return e.Status.Detail;
        }
    }

    private async ValueTask<ZoneToken> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await _validator.ValidateZoneAsync(token, await keys.ForZonesAsync(cancellationToken));
        }
        catch (TokenException e)
        {
            throw Refusal(StatusCode.Unauthenticated, "the zone token is refused: " + e.Message);
        }
    }

    private static string? TokenOf(Metadata headers)
    {
        var header = headers.GetValue(KdsHeaders.Authorization)?.Trim() ?? "";
        var token = header.StartsWith(KdsHeaders.Bearer, StringComparison.OrdinalIgnoreCase) ? header[KdsHeaders.Bearer.Length..].Trim() : header;
        return token.Length > 0 ? token : null;
    }

    private static RpcException Refusal(StatusCode status, string detail) => new(new Status(status, detail));
}
