using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Protocol.Kds;
using Mesh.Sync.Following;
using Mesh.Sync.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Load.Zones;

/// <summary>What one simulated zone has of its own, in the form in which zones send it to Global. One caller at a time.</summary>
internal sealed class ZoneResources
{
    private const string Service =
        """
        type: MeshService
        mesh: default
        name: template
        labels: {kuma.io/env: universal}
        spec:
          state: STATE
          selector: {dataplaneLabels: {matchLabels: {app: template}}}
          ports: [{name: main, port: 80, targetPort: 8080, appProtocol: http}]
        """;

    private const string Dataplane =
        """
        type: Dataplane
        mesh: default
        name: template
        labels: {app: template, kuma.io/workload: template}
        networking: {address: 10.0.0.1, inbound: [{port: PORT, name: main, protocol: http}]}
        """;

    private readonly Resource[] _serviceStates = [Parse(Service.Replace("STATE", "Available", StringComparison.Ordinal)), Parse(Service.Replace("STATE", "Unavailable", StringComparison.Ordinal))];
    private readonly Resource[] _dataplaneStates = [Parse(Dataplane.Replace("PORT", "8080", StringComparison.Ordinal)), Parse(Dataplane.Replace("PORT", "8081", StringComparison.Ordinal))];
    private readonly FeedPublisher _publisher;
    private int _changes;

    /// <param name="engine">Shared by all zones of this process.</param>
    public ZoneResources(ResourceEngine engine, string zone, int services, int dataplanes)
    {
        Feed = new ResourceFeed(engine);
        var types = SyncKinds.Of(MeshCatalog.Create(), SyncDirection.ZoneToGlobal).ToDictionary(kind => kind.Kind, kind => KdsTypes.Register(engine.Types, kind.Kind), StringComparer.Ordinal);
        _publisher = new FeedPublisher(Feed, types, new ZoneToGlobalRules(zone), NullLogger.Instance);
        for (var i = 0; i < services; i++)
        {
            Publish(_serviceStates[0], i);
        }

        for (var i = 0; i < dataplanes; i++)
        {
            Publish(_dataplaneStates[0], i);
        }

        Count = services + dataplanes;
        Feed.Complete();
    }

    /// <summary>What Global is sent.</summary>
    public ResourceFeed Feed { get; }

    /// <summary>Number of resources.</summary>
    public int Count { get; }

    /// <summary>Makes the first service unavailable, or available again.</summary>
    public void ToggleService() => Publish(_serviceStates[++_changes % 2], 0);

    /// <summary>Changes a port of the first Dataplane.</summary>
    public void ToggleDataplane() => Publish(_dataplaneStates[++_changes % 2], 0);

    private void Publish(Resource template, int number) =>
        _publisher.Publish(template with { Name = $"{(template.Kind == MeshServiceKind.Name ? "service" : "dataplane")}-{number}" });

    private static Resource Parse(string yaml) => ResourceYaml.ParseAll(yaml, MeshCatalog.Create()) is [{ Resource: { } resource }]
        ? resource
        : throw new InvalidOperationException("a template is no resource: " + yaml);
}
