using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rest.Routing;

/// <summary>
/// Finds the route of a request: a tree of path segments, literals before parameters, case-sensitive. What fits no route is
/// answered in plain text (404, 405, 406, 415), as clients of the contract expect; everything later is JSON.
/// </summary>
internal sealed class RestRouter(Authenticator authenticator, ILogger logger)
{
    private readonly Node _root = new();

    /// <summary>Adds a route. A path may have several methods, and each only once.</summary>
    public void Map(string method, RestRoute route)
    {
        var node = _root;
        foreach (var segment in Segments(route.Template))
        {
            node = node.Child(segment);
        }

        node.Methods.Add(method, route);
    }

    public async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.Contains("//", StringComparison.Ordinal))
        {
            await RedirectAsync(http, path);
            return;
        }

        var segments = Segments(path);
        if (Find(_root, segments, 0) is not { } node)
        {
            await PlainAsync(http, 404, "404: Page Not Found");
        }
        else if (!node.Methods.TryGetValue(http.Request.Method, out var route))
        {
            http.Response.Headers.Allow = string.Join(", ", node.Methods.Keys);
            await PlainAsync(http, 405, "405: Method Not Allowed");
        }
        else if (!IsReadable(http.Request, route))
        {
            await PlainAsync(http, 415, "415: Unsupported Media Type");
        }
        else if (route.Produces is { } produces && !MediaTypes.Accepts(http.Request.Headers.Accept.ToString(), produces))
        {
            await PlainAsync(http, 406, $"406: Not Acceptable\n\nAvailable representations: {produces}");
        }
        else
        {
            await AnswerAsync(http, route, Values(route, segments));
        }
    }

    private async Task AnswerAsync(HttpContext http, RestRoute route, Dictionary<string, string> values)
    {
        try
        {
            var caller = route.IsPublic ? Caller.Anonymous : await authenticator.AuthenticateAsync(http);
            await route.Handler(new RestRequest(http, route, values, caller));
        }
        catch (RestException e)
        {
            await WriteProblemAsync(http, e);
        }
        catch (BadHttpRequestException e)
        {
            await WriteProblemAsync(http, new RestException(e.StatusCode, "Bad Request", e.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: there is nobody to answer.
        }
        catch (Exception e)
        {
            RestLog.Failed(logger, http.Request.Method, route.Template, e);
            await WriteProblemAsync(http, new RestException(500, "Internal Server Error", "Internal Server Error"));
        }
    }

    private static async Task WriteProblemAsync(HttpContext http, RestException problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        await ProblemWriter.WriteAsync(http, problem);
    }

    private static bool IsReadable(HttpRequest request, RestRoute route) =>
        route.Consumes.Count == 0
        || route.Consumes.Contains(MediaTypes.Name(request.ContentType ?? ""), StringComparer.OrdinalIgnoreCase);

    private static async Task PlainAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaTypes.PlainTextUtf8;
        http.Response.ContentLength = text.Length;
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Empty segments are a slip: the client is sent to the path without them.</summary>
    private static Task RedirectAsync(HttpContext http, string path)
    {
        var clean = "/" + string.Join('/', Segments(path)) + (path.EndsWith('/') && path.Trim('/').Length > 0 ? "/" : "");
        http.Response.StatusCode = 307;
        // Escaped anew: the path is as it was decoded, and may have what a header may not, or a browser would take for another host.
        http.Response.Headers.Location = http.Request.PathBase.Add(new PathString(clean)).ToUriComponent() + QueryString.Create(http.Request.Query).ToUriComponent();
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Routes of one shape may name their parameters differently, so the names come from the route that was found.</summary>
    private static Dictionary<string, string> Values(RestRoute route, string[] segments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var template = Segments(route.Template);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i].StartsWith('{'))
            {
                values[template[i][1..^1]] = segments[i];
            }
        }

        return values;
    }

    private static Node? Find(Node node, string[] segments, int index)
    {
        if (index == segments.Length)
        {
            return node.Methods.Count > 0 ? node : null;
        }

        return node.Literals.TryGetValue(segments[index], out var literal) && Find(literal, segments, index + 1) is { } found
            ? found
            : node.Parameter is { } parameter ? Find(parameter, segments, index + 1) : null;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Node? Parameter { get; private set; }

        public Dictionary<string, RestRoute> Methods { get; } = new(StringComparer.Ordinal);

        public Node Child(string segment)
        {
            if (segment.StartsWith('{'))
            {
                return Parameter ??= new Node();
            }

            if (!Literals.TryGetValue(segment, out var child))
            {
                Literals.Add(segment, child = new Node());
            }

            return child;
        }
    }
}
