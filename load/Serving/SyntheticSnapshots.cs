using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Load.Responses;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Serving;

/// <summary>
/// Keeps the snapshot of a generated mesh in an engine and publishes it for every proxy. What proxies share is one object, as
/// in a control plane whose proxies see the same. One caller at a time.
/// </summary>
internal sealed class SyntheticSnapshots : IDisposable
{
    private readonly ResourceEngine _engine;
    private readonly SyntheticMesh _mesh;
    private readonly string[] _proxies;
    private readonly ResourceType[] _types;
    private readonly InternedResource[] _clusters;
    private readonly InternedResource[] _assignments;
    private readonly ChurnCursor _churn;
    private InternedResource _listener;
    private InternedResource _routes;
    private ProxySnapshot? _current;
    private int _changes;
    private int _next;

    public SyntheticSnapshots(ResourceEngine engine, SyntheticMesh mesh, int proxies, string nodeId)
    {
        _engine = engine;
        _mesh = mesh;
        _churn = new ChurnCursor(mesh);
        _types = [.. XdsKind.All.Select(kind => engine.Types.Register(System.Text.Encoding.UTF8.GetString(kind.Url)))];
        _proxies = [.. Enumerable.Range(0, proxies).Select(i => nodeId.Replace("{i}", $"{i}", StringComparison.Ordinal))];
        _clusters = [.. Enumerable.Range(0, mesh.Services).Select(i => Cluster(i, 0))];
        _assignments = [.. Enumerable.Range(0, mesh.Services).Select(i => Assignment(i, 0))];
        _listener = engine.Intern(Type(XdsKind.Listener), SyntheticMesh.ListenerName, SyntheticMesh.Listener(0));
        _routes = engine.Intern(Type(XdsKind.Route), SyntheticMesh.RoutesName, mesh.Routes(0));
        Publish(Build([], []), _proxies);
    }

    /// <summary>Changes one resource of a type for all proxies, or for the next so many.</summary>
    /// <returns>Proxies for which it changed.</returns>
    public int Change(string kind, int count)
    {
        _changes++;
        var type = XdsKind.Find(kind) ?? throw new ArgumentException($"no such kind: {kind}", nameof(kind));
        var before = Replace(type);
        if (count == 0)
        {
            Publish(Build(Others(type), [type]), _proxies);
            before?.Dispose();
            return _proxies.Length;
        }

        // Some see the change and the others what they saw before.
        var some = Enumerable.Range(0, Math.Min(count, _proxies.Length)).Select(i => _proxies[(_next + i) % _proxies.Length]).ToArray();
        _next = (_next + some.Length) % _proxies.Length;
        using var changed = Build(Others(type), [type]);
        foreach (var proxy in some)
        {
            _engine.Publish(proxy, changed);
        }

        Restore(type, before!);
        return some.Length;
    }

    /// <summary>Makes the next so many changes of a churn, for all proxies.</summary>
    /// <returns>How many were made: those of one service, or policies, are one.</returns>
    public int Churn(ChurnModel model, int count)
    {
        _changes++;
        if (model == ChurnModel.Policy)
        {
            ChangeClusters();
            return 1;
        }

        var services = _churn.Advance(model, count);
        foreach (var service in services)
        {
            var before = _assignments[service];
            _assignments[service] = Assignment(service, _changes);
            before.Dispose();
        }

        Publish(Build([XdsKind.Cluster, XdsKind.Listener, XdsKind.Route], [XdsKind.Endpoint]), _proxies);
        return services.Count;
    }

    /// <summary>What every proxy is to have, unless the last change was for some.</summary>
    public PublishedContents Published() => new(new Dictionary<string, IReadOnlyDictionary<string, ulong>>
    {
        [XdsKind.Cluster.Name] = Contents(_clusters, SyntheticMesh.ServiceName),
        [XdsKind.Endpoint.Name] = Contents(_assignments, SyntheticMesh.ServiceName),
        [XdsKind.Listener.Name] = Contents([_listener], _ => SyntheticMesh.ListenerName),
        [XdsKind.Route.Name] = Contents([_routes], _ => SyntheticMesh.RoutesName),
    });

    public void Dispose()
    {
        foreach (var resource in _clusters.Concat(_assignments).Append(_listener).Append(_routes))
        {
            resource.Dispose();
        }

        _current?.Dispose();
    }

    /// <summary>All clusters change. Their load assignments say what they said, and come again as those of other clusters.</summary>
    private void ChangeClusters()
    {
        for (var i = 0; i < _clusters.Length; i++)
        {
            var (cluster, assignment) = (_clusters[i], _assignments[i]);
            _clusters[i] = _engine.Intern(Type(XdsKind.Cluster), SyntheticMesh.ServiceName(i), SyntheticMesh.StampedCluster(i));
            _assignments[i] = _engine.Intern(Type(XdsKind.Endpoint), SyntheticMesh.ServiceName(i), _engine.Message(assignment.Ref), _clusters[i]);
            cluster.Dispose();
            assignment.Dispose();
        }

        Publish(Build([XdsKind.Listener, XdsKind.Route], [XdsKind.Cluster, XdsKind.Endpoint]), _proxies);
    }

    /// <summary>Makes new content of one resource; what it replaces stays alive until the new snapshot is published.</summary>
    private InternedResource? Replace(XdsKind kind)
    {
        switch (kind.Index)
        {
            case 0:
                var cluster = _clusters[0];
                _clusters[0] = Cluster(0, _changes);
                _assignments[0].Dispose();
                _assignments[0] = Assignment(0, 0);
                return cluster;
            case 1:
                var assignment = _assignments[0];
                _assignments[0] = Assignment(0, _changes);
                return assignment;
            case 2:
                var listener = _listener;
                _listener = _engine.Intern(Type(kind), SyntheticMesh.ListenerName, SyntheticMesh.Listener(_changes));
                return listener;
            default:
                var routes = _routes;
                _routes = _engine.Intern(Type(kind), SyntheticMesh.RoutesName, _mesh.Routes(_changes));
                return routes;
        }
    }

    private void Restore(XdsKind kind, InternedResource before)
    {
        switch (kind.Index)
        {
            case 0:
                _clusters[0].Dispose();
                _clusters[0] = before;
                _assignments[0].Dispose();
                _assignments[0] = Assignment(0, 0);
                break;
            case 1:
                _assignments[0].Dispose();
                _assignments[0] = before;
                break;
            case 2:
                _listener.Dispose();
                _listener = before;
                break;
            default:
                _routes.Dispose();
                _routes = before;
                break;
        }
    }

    /// <summary>Types that a change of one leaves as they are: a cluster's change is one of its load assignment too.</summary>
    private static XdsKind[] Others(XdsKind kind) =>
        [.. XdsKind.All.Where(other => other != kind && other != XdsKind.Secret && !(kind == XdsKind.Cluster && other == XdsKind.Endpoint))];

    private ProxySnapshot Build(IReadOnlyList<XdsKind> same, IReadOnlyList<XdsKind> changed)
    {
        using var builder = _engine.BeginSnapshot();
        foreach (var kind in same.Where(_ => _current is not null))
        {
            builder.CarryOver(_current!, Type(kind));
        }

        foreach (var kind in XdsKind.All.Where(kind => _current is null || changed.Contains(kind) || !same.Contains(kind)))
        {
            foreach (var resource in Of(kind))
            {
                builder.Add(resource);
            }
        }

        return builder.Build();
    }

    private Dictionary<string, ulong> Contents(IEnumerable<InternedResource> resources, Func<int, string> nameOf) =>
        resources.Select((resource, i) => (Name: nameOf(i), Content: PublishedContents.HashOf(_engine.Message(resource.Ref)))).ToDictionary(r => r.Name, r => r.Content);

    private InternedResource[] Of(XdsKind kind) => kind.Index switch
    {
        0 => _clusters,
        1 => _assignments,
        2 => [_listener],
        3 => [_routes],
        _ => [],
    };

    private void Publish(ProxySnapshot snapshot, string[] proxies)
    {
        for (var i = 0; i < proxies.Length; i++)
        {
            _engine.Publish(proxies[i], snapshot);
        }

        _current?.Dispose();
        _current = snapshot;
    }

    private InternedResource Cluster(int service, int change) =>
        _engine.Intern(Type(XdsKind.Cluster), SyntheticMesh.ServiceName(service), SyntheticMesh.Cluster(service, change));

    private InternedResource Assignment(int service, int change) =>
        _engine.Intern(Type(XdsKind.Endpoint), SyntheticMesh.ServiceName(service), _mesh.Assignment(service, change), _clusters[service]);

    private ResourceType Type(XdsKind kind) => _types[kind.Index];
}
