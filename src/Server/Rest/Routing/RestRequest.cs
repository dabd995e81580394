using System.Buffers;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Errors;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Rest.Routing;

/// <summary>A request on its way: the values of its path, who is calling, and its answer.</summary>
internal sealed class RestRequest(HttpContext http, RestRoute route, IReadOnlyDictionary<string, string> values, Caller caller)
{
    private const int FirstBuffer = 4096;

    /// <summary>Largest body, in bytes. Larger ones are answered with 413.</summary>
    public const int LongestBody = 4 << 20;

    public HttpContext Http => http;

    public RestRoute Route => route;

    public Caller Caller => caller;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>A value of the path, or an empty string.</summary>
    public string this[string name] => values.TryGetValue(name, out var value) ? value : "";

    /// <summary>First value of a query parameter, or null.</summary>
    public string? Query(string name) => http.Request.Query.TryGetValue(name, out var found) && found.Count > 0 ? found[0] ?? "" : null;

    /// <summary>The body, bounded.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync()
    {
        var body = new ArrayBufferWriter<byte>(FirstBuffer);
        int read;
        while ((read = await http.Request.Body.ReadAsync(body.GetMemory(FirstBuffer), Aborted)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > LongestBody)
            {
                throw RestException.TooLarge(LongestBody);
            }
        }

        return body.WrittenMemory;
    }
}
