using System.Net;
using Mesh.Server.Rest.Errors;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rest.Access;

/// <summary>
/// Finds out who is calling. A bearer token that is sent must be good, wherever it comes from; without one a request that
/// comes directly from this machine may be the administrator's, and every other is anonymous.
/// </summary>
/// <param name="verifyToken">The caller that a token stands for; null for a token that is not good.</param>
/// <param name="localhostIsAdministrator">Setting <c>apiServer.authn.localhostIsAdmin</c>.</param>
internal sealed class Authenticator(Func<string, CancellationToken, ValueTask<Caller?>> verifyToken, bool localhostIsAdministrator)
{
    private const string Bearer = "Bearer ";

    public async ValueTask<Caller> AuthenticateAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header.AsSpan(Bearer.Length).Trim() is { IsEmpty: false } token)
        {
            return await verifyToken(token.ToString(), http.RequestAborted) ?? throw RestException.Unauthenticated();
        }

        return localhostIsAdministrator && IsDirectFromThisMachine(http) ? Caller.Administrator : Caller.Anonymous;
    }

    /// <summary>
    /// A loopback connection is not enough: a proxy on this machine forwards strangers' requests, and a web page in a browser
    /// on this machine sends requests of others' making.
    /// </summary>
    private static bool IsDirectFromThisMachine(HttpContext http)
    {
        var headers = http.Request.Headers;
        return http.Connection.RemoteIpAddress is { } remote
            && IPAddress.IsLoopback(remote)
            && !headers.Keys.Any(k => k.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase))
            && !headers.ContainsKey("Forwarded")
            && !headers.ContainsKey("X-Real-IP")
            && IsLocalName(http.Request.Host.Host)
            && headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none" or "same-site"
            && IsLocalOrigin(headers.Origin.ToString());
    }

    private static bool IsLocalOrigin(string origin) =>
        origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLocalName(uri.Host));

    private static bool IsLocalName(string host) =>
        host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
