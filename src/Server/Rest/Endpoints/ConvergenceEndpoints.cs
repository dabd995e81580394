using System.Text.Json;
using Mesh.Engine.Convergence;
using Mesh.Model.Text;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest.Lists;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>
/// How far changes have come with the proxies of this zone. Ours; for those who may see statistics of proxies. Times are
/// milliseconds since the first change of a revision.
/// <code>
/// GET /convergence?mesh=default&amp;size=100&amp;offset=0          the newest revision first, the last 256 are kept
/// { "total": 1, "items": [
///     { "revision": 7, "mesh": "default", "begun": "2026-01-02T03:04:05Z", "causes": ["MeshTimeout/default/quick"],
///       "proxies": { "published": 3, "received": 3, "accepted": 2, "rejected": 0, "overtaken": 0, "gone": 0, "waiting": 1 },
///       "milliseconds": { "received": { "last": 1.2 }, "answered": { "p50": 0.8, "p99": 1.6, "last": 1.6 } } } ],
///   "next": null,
///   "engine": { "resources": 310, "resourceBytes": 262144, "references": 930, "sharedTimes": 3, "slices": 9, "chunks": 9,
///               "names": 200, "proxies": 3, "retired": 0 },
///   "pipeline": { "rounds": 9, "plans": 12, "renewals": 3, "destinations": 50, "compiles": 300, "compileHits": 600, "publishes": 9 } }
/// </code>
/// </summary>
internal sealed class ConvergenceEndpoints(RestServices services, ProxyServing serving)
{
    public void Map(RestRouter router) => router.Map("GET", new RestRoute("/convergence", GetAsync));

    private ValueTask GetAsync(RestRequest request)
    {
        services.Access.DemandStats(request.Caller);
        var page = Page.Of(request);
        var mesh = request.Query("mesh");
        var all = serving.Pipeline.Engine.Revisions.Newest().Where(r => string.IsNullOrEmpty(mesh) || r.Scope == mesh).ToList();
        return request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            page.Write(json, request, services.Settings.ApiServer.RootUrl, all.Count, all.Skip(page.Offset).Take(page.Size), Write);
            WriteEngine(json);
            WritePipeline(json);
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, Revision revision)
    {
        json.WriteStartObject();
        json.WriteNumber("revision", revision.Number);
        json.WriteString("mesh", revision.Scope);
        json.WriteString("begun", GoText.Time(revision.At));
        json.WriteStartArray("causes");
        foreach (var cause in revision.Causes)
        {
            json.WriteStringValue(cause);
        }

        json.WriteEndArray();
        json.WriteStartObject("proxies");
        json.WriteNumber("published", revision.Published);
        json.WriteNumber("received", revision.Received);
        json.WriteNumber("accepted", revision.Accepted);
        json.WriteNumber("rejected", revision.Rejected);
        json.WriteNumber("overtaken", revision.Overtaken);
        json.WriteNumber("gone", revision.Gone);
        json.WriteNumber("waiting", revision.Waiting);
        json.WriteEndObject();
        json.WriteStartObject("milliseconds");
        json.WriteStartObject("received");
        WriteTime(json, "last", revision.LastReceived);
        json.WriteEndObject();
        json.WriteStartObject("answered");
        WriteTime(json, "p50", revision.AnsweredWithin(0.5));
        WriteTime(json, "p99", revision.AnsweredWithin(0.99));
        WriteTime(json, "last", revision.LastAnswered);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteEngine(Utf8JsonWriter json)
    {
        var engine = serving.Pipeline.Engine;
        var counts = engine.Counts;
        var references = engine.CountReferences();
        json.WriteStartObject("engine");
        json.WriteNumber("resources", counts.Resources);
        json.WriteNumber("resourceBytes", counts.ResourceBytes);
        json.WriteNumber("references", references);
        json.WriteNumber("sharedTimes", counts.Resources == 0 ? 0 : Math.Round((double)references / counts.Resources, 2));
        json.WriteNumber("slices", counts.Slices);
        json.WriteNumber("chunks", counts.Chunks);
        json.WriteNumber("names", counts.Names);
        json.WriteNumber("proxies", counts.Proxies);
        json.WriteNumber("retired", counts.Retired);
        json.WriteEndObject();
    }

    private void WritePipeline(Utf8JsonWriter json)
    {
        var work = serving.Pipeline.Metrics;
        json.WriteStartObject("pipeline");
        json.WriteNumber("rounds", work.Rounds);
        json.WriteNumber("plans", work.Plans);
        json.WriteNumber("renewals", work.Renewals);
        json.WriteNumber("destinations", work.Destinations);
        json.WriteNumber("compiles", work.Compiles);
        json.WriteNumber("compileHits", work.CacheHits);
        json.WriteNumber("publishes", work.Publishes);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, TimeSpan time) => json.WriteNumber(name, Math.Round(time.TotalMilliseconds, 1));
}
