using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Load.Responses;

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
    private InternedResource _listener;
    private InternedResource _routes;
    private ProxySnapshot? _current;
    private int _changes;
    private int _next;

    public SyntheticSnapshots(ResourceEngine engine, SyntheticMesh mesh, int proxies, string nodeId)
    {
        _engine = engine;
        _mesh = mesh;
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

    /// <summary>Changes the load assignments of the next so many services for all proxies.</summary>
    /// <returns>How many that were: each service changes once at most.</returns>
    public int ChangeAssignments(int count)
    {
        _changes++;
        var changes = Math.Min(count, _assignments.Length);
        for (var i = 0; i < changes; i++)
        {
            var service = (_next + i) % _assignments.Length;
            var before = _assignments[service];
            _assignments[service] = Assignment(service, _changes);
            before.Dispose();
        }

        _next = (_next + count) % _assignments.Length;
        Publish(Build([XdsKind.Cluster, XdsKind.Listener, XdsKind.Route], [XdsKind.Endpoint]), _proxies);
        return changes;
    }

    public void Dispose()
    {
        foreach (var resource in _clusters.Concat(_assignments).Append(_listener).Append(_routes))
        {
            resource.Dispose();
        }

        _current?.Dispose();
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
