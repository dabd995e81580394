using System.Text.Json;
using Mesh.Model.Text;
using Mesh.Server.Kds.Zone;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>
/// <c>/zone-sync</c> of a zone under a Global: how it stands with it. Ours.
/// <code>
/// GET /zone-sync
/// { "zone": "west", "globalAddress": "grpcs://global:5685",
///   "connected": false, "since": "2026-01-02T03:04:05Z",              since when it is (not) connected
///   "lastError": "Unavailable: ...", "lastErrorTime": "...", "attempts": 3,     absent where there was none
///   "hold": { "since": "...", "stored": 120, "lost": 90, "kinds": { "MeshTimeout": 90 }, "formerCluster": "...", "accepted": false, "reason": "..." },
///                                                                    absent where no sync is held back
///   "received": [ { "type": "MeshTimeout", "received": 2, "accepted": 1, "rejected": 1, "lastError": "..." } ],      this connection, or the last one
///   "sent": [ { "type": "Dataplane", "sent": 2, "accepted": 2, "rejected": 0, "resources": 7, "lastError": "..." } ] }
/// POST /zone-sync/accept      follows the sync that is held back: 200 {}, or 409 when none is. For administrators.
/// </code>
/// </summary>
internal sealed class ZoneSyncEndpoints(RestServices services, GlobalSide global)
{
    private const string Title = "Could not accept the sync";

    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute("/zone-sync", GetAsync));
        router.Map("POST", new RestRoute("/zone-sync/accept", AcceptAsync));
    }

    private ValueTask GetAsync(RestRequest request)
    {
        services.Access.DemandControlPlaneMetadata(request.Caller);
        var state = global.Connector.State;
        return request.RespondAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("zone", global.Parts.Zone);
            json.WriteString("globalAddress", state.Address);
            json.WriteBoolean("connected", state.IsConnected);
            json.WriteString("since", GoText.Time(state.Since));
            if (state is { LastError: { } error, LastErrorTime: { } time })
            {
                json.WriteString("lastError", error);
                json.WriteString("lastErrorTime", GoText.Time(time));
            }

            json.WriteNumber("attempts", state.Attempts);
            WriteHold(json);
            WriteCounts(json);
            json.WriteEndObject();
        });
    }

    private async ValueTask AcceptAsync(RestRequest request)
    {
        services.Access.DemandAdministration(request.Caller, "zone sync");
        if (!await global.Parts.Sync.AcceptAsync(request.Aborted))
        {
            throw new RestException(409, Title, "no sync from the global control plane is held back");
        }

        await request.RespondAsync(200, []);
    }

    private void WriteHold(Utf8JsonWriter json)
    {
        if (global.Parts.Sync.Hold is not { } hold)
        {
            return;
        }

        json.WriteStartObject("hold");
        json.WriteString("since", GoText.Time(hold.Since));
        json.WriteNumber("stored", hold.Stored);
        json.WriteNumber("lost", hold.Lost);
        json.WriteStartObject("kinds");
        foreach (var (kind, count) in hold.Kinds.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(kind, count);
        }

        json.WriteEndObject();
        if (hold.FormerCluster is { } cluster)
        {
            json.WriteString("formerCluster", cluster);
        }

        json.WriteBoolean("accepted", hold.IsAccepted);
        json.WriteString("reason", hold.Describe(global.Parts.Zone));
        json.WriteEndObject();
    }

    private void WriteCounts(Utf8JsonWriter json)
    {
        json.WriteStartArray("received");
        foreach (var kind in global.Parts.Received())
        {
            json.WriteStartObject();
            json.WriteString("type", kind.Kind);
            json.WriteNumber("received", kind.Received);
            WriteAnswers(json, kind.Accepted, kind.Rejected, kind.LastError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("sent");
        foreach (var type in global.Parts.Sent())
        {
            json.WriteStartObject();
            json.WriteString("type", type.Type);
            json.WriteNumber("sent", type.Sent);
            json.WriteNumber("resources", type.Resources);
            WriteAnswers(json, type.Accepted, type.Rejected, type.LastError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAnswers(Utf8JsonWriter json, long accepted, long rejected, string? error)
    {
        json.WriteNumber("accepted", accepted);
        json.WriteNumber("rejected", rejected);
        if (error is not null)
        {
            json.WriteString("lastError", error);
        }
    }
}
