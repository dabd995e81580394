using System.Text.Json;
using Mesh.Model.Text;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest.Lists;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>
/// The discovery streams that are open here, in the order in which they were opened. Ours; for those who may see statistics of
/// proxies. <c>node</c> asks for one node id, <c>mesh</c> for the proxies of a mesh, <c>unanswered=true</c> for those that have
/// not answered something, <c>rejected=true</c> for those whose newest configuration is rejected in part, <c>stalled=true</c> for those
/// whose client takes nothing of what is there for it. <c>recognised</c>: it came back with what it was given before. Names after <c>unanswered</c>, and <c>stalledSince</c>, are absent where there is nothing.
/// <code>
/// GET /streams?mesh=default&amp;size=100&amp;offset=0
/// { "total": 1, "items": [
///     { "id": 4, "node": "default.web-1", "method": "delta", "since": "2026-01-02T03:04:05Z", "recognised": false, "stalledSince": "2026-01-02T03:04:05Z",
///       "types": [ { "type": "cds", "wildcard": true, "names": 0, "sent": 2, "accepted": 2, "rejected": 0, "unanswered": 1,
///                    "unansweredSince": "2026-01-02T03:04:05Z", "lastSent": "2026-01-02T03:04:05Z", "lastAnswer": "2026-01-02T03:04:04Z",
///                    "rejectedNames": ["bad"], "lastRejection": "...", "emptyingHeldBack": true } ] } ],
///   "next": null }
/// </code>
/// </summary>
internal sealed class StreamEndpoints(RestServices services, ProxyServing serving)
{
    public void Map(RestRouter router) => router.Map("GET", new RestRoute("/streams", GetAsync));

    private ValueTask GetAsync(RestRequest request)
    {
        services.Access.DemandStats(request.Caller);
        var page = Page.Of(request);
        var found = Find(request);
        return request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            page.Write(json, request, services.Settings.ApiServer.RootUrl, found.Count, found.Skip(page.Offset).Take(page.Size), Write);
            json.WriteEndObject();
        });
    }

    private List<ProxyStream> Find(RestRequest request)
    {
        IEnumerable<ProxyStream> streams = request.Query("node") is { Length: > 0 } node ? serving.Streams.OfNode(node) : serving.Streams.All;
        if (request.Query("mesh") is { Length: > 0 } mesh)
        {
            // Meshes have no dot in their names, so the first one ends it.
            streams = streams.Where(s => s.Node.Id.StartsWith(mesh + ".", StringComparison.Ordinal));
        }

        if (request.Query("unanswered") == "true")
        {
            streams = streams.Where(s => s.Status().Any(t => t.Unanswered > 0));
        }

        if (request.Query("rejected") == "true")
        {
            streams = streams.Where(s => s.Status().Any(t => t.RejectedNames.Count > 0));
        }

        if (request.Query("stalled") == "true")
        {
            streams = streams.Where(s => s.StalledSince is not null);
        }

        return [.. streams.OrderBy(s => s.Id)];
    }

    private static void Write(Utf8JsonWriter json, ProxyStream stream)
    {
        json.WriteStartObject();
        json.WriteNumber("id", stream.Id);
        json.WriteString("node", stream.Node.Id);
        json.WriteString("method", stream.Kind == StreamKind.Delta ? "delta" : "stateOfTheWorld");
        json.WriteString("since", GoText.Time(stream.ConnectedSince));
        json.WriteBoolean("recognised", stream.IsRecognised);
        WriteTime(json, "stalledSince", stream.StalledSince);
        json.WriteStartArray("types");
        foreach (var type in stream.Status())
        {
            Write(json, stream, type);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ProxyStream stream, ChannelStatus type)
    {
        json.WriteStartObject();
        json.WriteString("type", type.Type.ShortName);
        json.WriteBoolean("wildcard", type.Wildcard);
        json.WriteNumber("names", type.Names);
        json.WriteNumber("sent", type.Sent);
        json.WriteNumber("accepted", type.Accepted);
        json.WriteNumber("rejected", type.Rejected);
        json.WriteNumber("unanswered", type.Unanswered);
        WriteTime(json, "unansweredSince", stream.TimeOf(type.UnansweredSince));
        WriteTime(json, "lastSent", stream.TimeOf(type.LastSentAt));
        WriteTime(json, "lastAnswer", stream.TimeOf(type.LastAnswerAt));
        if (type.RejectedNames.Count > 0)
        {
            json.WriteStartArray("rejectedNames");
            foreach (var name in type.RejectedNames)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        if (type.LastRejection is { } rejection)
        {
            json.WriteString("lastRejection", rejection);
        }

        if (type.EmptyingHeldBack)
        {
            json.WriteBoolean("emptyingHeldBack", true);
        }

        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, GoText.Time(known));
        }
    }
}
