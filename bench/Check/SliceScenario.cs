using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;

namespace Mesh.Check;

/// <summary>A view of many clusters and load assignments of which one changes.</summary>
public sealed class SliceScenario : IDisposable
{
    private const string Changed = "kri_msvc_default_zone_ns_service-777_http";

    private readonly ResourceEngine _engine = new();
    private readonly ResourceType _clusters;
    private readonly ResourceType _endpoints;
    private readonly InternedResource[] _variants;
    private readonly SnapshotBuilder _builder;
    private readonly ProxySnapshot _before;
    private readonly ProxySnapshot _otherEndpoint;
    private readonly ProxySnapshot _otherCluster;
    private ProxySnapshot _newest;

    /// <summary>Builds the views.</summary>
    /// <param name="resources">Clusters, and as many load assignments.</param>
    public SliceScenario(int resources)
    {
        _clusters = _engine.Types.Register("type.googleapis.com/envoy.config.cluster.v3.Cluster");
        _endpoints = _engine.Types.Register("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment");
        _builder = _engine.BeginSnapshot();
        for (var i = 0; i < resources; i++)
        {
            var name = $"kri_msvc_default_zone_ns_service-{i}_http";
            _builder.Add(_clusters, name, [1, (byte)i]).Add(_endpoints, name, [2, (byte)i]);
        }

        _before = _builder.Build();
        _variants = [_engine.Intern(_endpoints, Changed, [3]), _engine.Intern(_endpoints, Changed, [4])];
        _otherEndpoint = _builder.CarryOver(_before).Add(_variants[0]).Build();
        _otherCluster = _builder.CarryOver(_before).Add(_variants[1]).Add(_clusters, Changed, [5]).Build();
        _newest = _builder.CarryOver(_before).Build();
    }

    /// <summary>Number of differences between two views of which one load assignment differs.</summary>
    public int DiffEndpoint() => Diff(_otherEndpoint);

    /// <summary>Number of differences between two views of which one cluster and its load assignment differ.</summary>
    public int DiffCluster() => Diff(_otherCluster);

    /// <summary>Number of differences between equal views.</summary>
    public int DiffNothing() => Diff(_before);

    /// <summary>Builds the next view from the newest, and lets go of that one.</summary>
    public int BuildNext(int round)
    {
        var next = _builder.CarryOver(_newest).Add(_variants[round & 1]).Build();
        _newest.Dispose();
        _newest = next;
        return next[_endpoints]!.Count;
    }

    /// <summary>Bytes allocated by an action, on average after a warm-up.</summary>
    /// <param name="action">The action; it is given the number of the round.</param>
    /// <param name="fault">What is to go wrong in it.</param>
    /// <param name="references">Size of the array that it allocates then.</param>
    public static double Allocated(Func<int, int> action, Fault fault = Fault.None, int references = 0)
    {
        const int Rounds = 1000;
        for (var i = 0; i < Rounds; i++)
        {
            action(i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            action(i);
            Faults.Allocate(fault, references);
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var snapshot in new[] { _before, _otherEndpoint, _otherCluster, _newest })
        {
            snapshot.Dispose();
        }

        foreach (var variant in _variants)
        {
            variant.Dispose();
        }

        _builder.Dispose();
    }

    private int Diff(ProxySnapshot after)
    {
        var count = 0;
        foreach (var type in (ReadOnlySpan<ResourceType>)[_clusters, _endpoints])
        {
            var diff = new SliceDiff(_before[type], after[type]);
            while (diff.MoveNext())
            {
                count++;
            }
        }

        return count;
    }
}
