using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Mesh.Conformance.Policies;
using Mesh.Engine;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies;
using Mesh.Stores.Memory;
using Mesh.Zone;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Conformance.Zone;

/// <summary>A pipeline over a store in memory, with resources and connected proxies of a case.</summary>
internal sealed class ConfiguredMesh : IAdminCertificates, IAsyncDisposable
{
    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly AdminCertificate _certificate;
    private readonly bool _computesLabels;
    private readonly string _zone;
    private readonly ZonePipeline _pipeline;

    /// <param name="zone">Zone of the control plane.</param>
    /// <param name="catalog">The policies; null: all.</param>
    /// <param name="plan">Settings of plans; null: defaults.</param>
    /// <param name="computesLabels">Resources get the labels that the API computes.</param>
    internal ConfiguredMesh(string zone, PolicyCatalog? catalog = null, PlanOptions? plan = null, bool computesLabels = true)
    {
        _zone = zone;
        _computesLabels = computesLabels;
        _certificate = new AdminCertificate(ByteString.Empty, ByteString.Empty, ByteString.Empty);
        var options = new ZonePipelineOptions { Zone = zone, Plan = plan ?? new PlanOptions() };
        _pipeline = new ZonePipeline(
            _store, new ResourceEngine(), options, null, this, NullLogger<ZonePipeline>.Instance, TimeProvider.System, catalog);
    }

    event Action? IAdminCertificates.Changed
    {
        add { }
        remove { }
    }

    AdminCertificate? IAdminCertificates.Find(string address) => _certificate;

    /// <summary>Stores a resource; one of the same key is replaced.</summary>
    internal async Task PutAsync(JsonObject document)
    {
        var read = CaseResources.Read(JsonNode.Parse(document.ToJsonString())!.AsObject());
        var labels = read.Mesh.Length == 0 || !_computesLabels ? read.Labels : Labelled(read);
        var resource = read with { Labels = labels, Status = Status(read.Descriptor, document["status"]) };
        var key = resource.Key;
        if (await _store.GetAsync(key) is { } stored)
        {
            await _store.UpdateAsync(resource with { Version = stored.Version });
        }
        else
        {
            await _store.CreateAsync(resource);
        }
    }

    /// <summary>Configures the proxies and returns what each is given.</summary>
    internal async Task<Dictionary<string, SortedDictionary<string, JsonNode>>> ConfigureAsync(
        string mesh, IReadOnlyDictionary<string, ProxyMetadata> proxies)
    {
        _pipeline.Start();
        var id = 0;
        foreach (var (name, metadata) in proxies)
        {
            _pipeline.Connect(new ProxyConnection(new ProxyKey(mesh, name), metadata, ++id));
        }

        await _pipeline.WhenIdleAsync();
        return proxies.Keys.ToDictionary(
            name => name,
            name => _pipeline.GetConfig(new ProxyKey(mesh, name)) is { } config ? EnvoyDump.ReadConfig(config) : new SortedDictionary<string, JsonNode>());
    }

    /// <summary>What was left out of the proxies' configuration.</summary>
    internal IEnumerable<string> Faults(string mesh) =>
        _pipeline.Statuses(mesh).SelectMany(status => status.Faults.Select(fault => $"{status.Proxy}: {fault.Part}: {fault.Message}"));

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static object? Status(ResourceDescriptor descriptor, JsonNode? status) =>
        status is null || descriptor.StatusType is null ? null : JsonSerializer.Deserialize(status, descriptor.StatusType, ModelJson.Options);

    private Dictionary<string, string> Labelled(Resource resource)
    {
        var labels = new Dictionary<string, string>(resource.Labels, StringComparer.Ordinal);
        labels.TryAdd(ResourceLabels.DisplayName, resource.Name);
        labels.TryAdd(ResourceLabels.Mesh, resource.Mesh);
        labels.TryAdd(ResourceLabels.Origin, "zone");
        if (resource.Kind != "MeshMultiZoneService")
        {
            labels.TryAdd(ResourceLabels.Env, "universal");
            labels.TryAdd(ResourceLabels.Zone, _zone);
        }

        return labels;
    }
}
