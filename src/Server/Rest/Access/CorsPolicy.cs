using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rest.Access;

/// <summary>Which web pages may call the API (setting <c>apiServer.corsAllowedDomains</c>).</summary>
/// <param name="allowed">Origins, or <c>*</c>.</param>
internal sealed class CorsPolicy(IReadOnlyList<string> allowed)
{
    /// <summary>Sets the headers for an allowed origin.</summary>
    /// <returns>True when the request was a preflight and is answered.</returns>
    public bool Apply(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !(allowed.Contains("*") || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)))
        {
            return false;
        }

        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.Vary = "Origin";
        var method = http.Request.Headers.AccessControlRequestMethod.ToString();
        if (!HttpMethods.IsOptions(http.Request.Method) || method.Length == 0)
        {
            return false;
        }

        headers.AccessControlAllowMethods = "GET, PUT, POST, DELETE";
        headers.AccessControlAllowHeaders = http.Request.Headers.AccessControlRequestHeaders;
        http.Response.StatusCode = 200;
        return true;
    }
}
