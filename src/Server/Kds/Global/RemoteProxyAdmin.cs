using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Global.Zones;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Kds.Global;

/// <summary>Answers from the zones of a Global, over the streams that they opened for it (contract §4.5).</summary>
internal sealed class RemoteProxyAdmin(AdminStreams streams, IResourceStore store) : IProxyAdmin
{
    public async Task<ReadOnlyMemory<byte>> AskAsync(Resource dataplane, ProxyQuestion question, CancellationToken cancellationToken)
    {
        var kind = question.Kind switch
        {
            ProxyQuestionKind.ConfigDump => ZoneStreamKind.ConfigDump,
            ProxyQuestionKind.Stats => ZoneStreamKind.Stats,
            _ => ZoneStreamKind.Clusters,
        };
        var asked = new AdminQuestion
        {
            Name = NameInZone(dataplane),
            Mesh = dataplane.Mesh,
            Option = question.Kind == ProxyQuestionKind.ConfigDump ? question.IncludeEds : question.AsJson,
            UsedOnly = question.UsedOnly,
        };
        return await AskAsync(dataplane, kind, asked, cancellationToken);
    }

    /// <summary>The zone is asked for what it computed: Global knows the resources, but not what the proxy told when it connected.</summary>
    public async Task<JsonObject?> ConfigAsync(string mesh, string dataplane, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, dataplane), cancellationToken) is not { } resource)
        {
            return null;
        }

        var asked = new AdminQuestion { ResourceType = AdminQuestion.ComputedConfig, Name = NameInZone(resource), Mesh = mesh };
        var answer = await AskAsync(resource, ZoneStreamKind.ConfigDump, asked, cancellationToken);
        try
        {
            return answer.IsEmpty ? null : JsonNode.Parse(answer.Span) as JsonObject;
        }
        catch (JsonException e)
        {
            throw new EnvoyAdminException("the zone's answer is not JSON: " + e.Message);
        }
    }

    private static string NameInZone(Resource dataplane) => dataplane.Label(ResourceLabels.KubernetesNamespace) is { Length: > 0 } space
        ? $"{dataplane.DisplayName}.{space}"
        : dataplane.DisplayName;

    private async Task<ReadOnlyMemory<byte>> AskAsync(Resource dataplane, ZoneStreamKind kind, AdminQuestion question, CancellationToken cancellationToken)
    {
        var zone = dataplane.Label(ResourceLabels.Zone);
        if (zone.Length == 0)
        {
            throw new EnvoyAdminException("the Dataplane belongs to no zone");
        }

        try
        {
            var answer = await streams.AskAsync(zone, kind, question, cancellationToken);
            return answer.Error is { } error ? throw new EnvoyAdminException($"zone {zone}: {error}") : answer.Content.Memory;
        }
        catch (AdminStreamException e)
        {
            throw new EnvoyAdminException(e.Message);
        }
    }
}
