using System.Text;
using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone;
using Mesh.Zone.Ingest;

namespace Mesh.Server.DataPlane;

/// <summary>Answers from the proxies of this zone.</summary>
internal sealed class LocalProxyAdmin(ConnectedProxies proxies, EnvoyAdminClient envoys, ZonePipeline pipeline, IResourceStore store) : IProxyAdmin
{
    public async Task<ReadOnlyMemory<byte>> AskAsync(Resource dataplane, ProxyQuestion question, CancellationToken cancellationToken)
    {
        var metadata = proxies.Find(new ProxyKey(dataplane.Mesh, dataplane.Name))
            ?? throw new EnvoyAdminException("the proxy is not connected to this control plane");
        var port = dataplane.SpecAs<DataplaneSpec>().Networking?.Admin?.Port is { } named and > 0 ? named : metadata.AdminPort;
        if (port == 0)
        {
            throw new EnvoyAdminException("the proxy exposes no admin interface");
        }

        var answer = await envoys.GetAsync(dataplane, port, PathOf(question), cancellationToken);
        return question.Kind == ProxyQuestionKind.ConfigDump ? ConfigDump.Redact(answer) : Encoding.UTF8.GetBytes(answer);
    }

    public async Task<JsonObject?> ConfigAsync(string mesh, string dataplane, CancellationToken cancellationToken)
    {
        if (pipeline.GetConfig(new ProxyKey(mesh, dataplane)) is { } config)
        {
            return config;
        }

        var wasSeen = await store.GetAsync(new ResourceKey(DataplaneInsightKind.Name, mesh, dataplane), cancellationToken) is not null;
        return wasSeen ? new JsonObject { ["xds"] = new JsonObject() } : null;
    }

    private static string PathOf(ProxyQuestion question) => question.Kind switch
    {
        ProxyQuestionKind.ConfigDump => question.IncludeEds ? "/config_dump?include_eds" : "/config_dump",
        ProxyQuestionKind.Stats => Path("/stats", question.UsedOnly ? "usedonly" : null, question.AsJson ? "format=json" : null),
        _ => Path("/clusters", question.AsJson ? "format=json" : null),
    };

    private static string Path(string path, params string?[] parameters)
    {
        var query = string.Join('&', parameters.OfType<string>());
        return query.Length > 0 ? $"{path}?{query}" : path;
    }
}
