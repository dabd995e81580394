using Google.Protobuf;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Envoy.Names;
using Mesh.Model.Naming;
using Mesh.Zone.Generators;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Compile;

/// <summary>
/// The compiled parts of one proxy and the snapshot made of them. Used by one thread at a time; parts that stay the same
/// stay in use, so nothing of them is compiled again.
/// </summary>
internal sealed class ProxyOutput(ProxyKey proxy, CompileCache cache, ResourceEngine engine, IWorkloadSecrets? secrets)
{
    private readonly List<(SubPlan Plan, CompiledPart Part)> _parts = [];
    private Dictionary<string, Assignment> _assignments = new(StringComparer.Ordinal);

    /// <summary>Takes a plan over, publishes what came of it and returns every fault.</summary>
    internal (IReadOnlyList<PlanFault> Faults, bool IsPublished) Publish(ProxyPlan plan)
    {
        var faults = new List<PlanFault>(plan.Faults);
        var next = new List<(SubPlan Plan, CompiledPart Part)>(plan.Parts.Count);
        foreach (var part in plan.Parts)
        {
            var compiled = cache.Acquire(part);
            next.Add((part, compiled));
            if (compiled.Fault is { } fault)
            {
                faults.Add(fault);
            }
        }

        ReleaseParts();
        _parts.AddRange(next);
        using var builder = engine.BeginSnapshot();
        AddParts(builder, faults);
        using var certificate = Certificate(plan, faults);
        if (certificate is not null)
        {
            builder.Add(certificate);
        }

        using var snapshot = builder.Build();
        return (faults, engine.Publish(proxy.EngineId, snapshot));
    }

    /// <summary>The proxy has nothing any more: what its streams have is not taken from them.</summary>
    internal void Withdraw()
    {
        ReleaseParts();
        TakeAssignments(new(StringComparer.Ordinal));
        engine.Withdraw(proxy.EngineId);
    }

    private void ReleaseParts()
    {
        foreach (var (plan, _) in _parts)
        {
            cache.Release(plan);
        }

        _parts.Clear();
    }

    private void AddParts(SnapshotBuilder builder, List<PlanFault> faults)
    {
        var clusters = new Dictionary<string, InternedResource>(StringComparer.Ordinal);
        foreach (var (_, part) in _parts)
        {
            foreach (var resource in part.Resources)
            {
                if (resource.TypeUrl == TypeUrls.Cluster)
                {
                    clusters[resource.Name] = resource.Interned;
                }
            }
        }

        var assignments = new Dictionary<string, Assignment>(StringComparer.Ordinal);
        foreach (var (_, part) in _parts)
        {
            foreach (var resource in part.Resources)
            {
                if (resource.TypeUrl != TypeUrls.ClusterLoadAssignment)
                {
                    builder.Add(resource.Interned);
                }
                else if (clusters.TryGetValue(resource.Name, out var cluster))
                {
                    var assignment = assignments[resource.Name] = ForCluster(resource, cluster);
                    builder.Add(assignment.Interned);
                }
                else
                {
                    // Endpoints of a cluster that is not there make Envoys reject what comes with them.
                    faults.Add(new PlanFault(resource.Name, "its cluster could not be built, so its endpoints are left out"));
                }
            }
        }

        TakeAssignments(assignments);
    }

    /// <summary>
    /// A load assignment under a version that covers its cluster's: Envoy wants it again after its cluster changed. As
    /// long as neither changes it is the one from before, so nothing is hashed again.
    /// </summary>
    private Assignment ForCluster(CompiledResource assignment, InternedResource cluster)
    {
        if (_assignments.TryGetValue(assignment.Name, out var known)
            && ReferenceEquals(known.Source, assignment) && known.Cluster == cluster.Version)
        {
            return known;
        }

        var interned = engine.Intern(assignment.Type, assignment.Name, engine.Message(assignment.Interned.Ref), cluster);
        return new Assignment(assignment, cluster.Version, interned);
    }

    private void TakeAssignments(Dictionary<string, Assignment> next)
    {
        foreach (var (name, before) in _assignments)
        {
            if (!next.TryGetValue(name, out var now) || !ReferenceEquals(now, before))
            {
                before.Interned.Dispose();
            }
        }

        _assignments = next;
    }

    private InternedResource? Certificate(ProxyPlan plan, List<PlanFault> faults)
    {
        if (plan.Identity is null || secrets is null)
        {
            return null;
        }

        var name = plan.Identity.GetKri().ToString();
        try
        {
            if (secrets.Find(proxy, plan.Identity, plan.Dataplane) is not { } certificate)
            {
                return null;
            }

            var message = SecretGenerator.Certificate(name, certificate).ToByteArray();
            return engine.InternVersioned(engine.Types.Register(TypeUrls.Secret), name, message, certificate.Version);
        }
        catch (WorkloadSecretException e)
        {
            faults.Add(new PlanFault(name, e.Message));
            return null;
        }
    }

    /// <summary>A load assignment in the version that goes with a version of its cluster.</summary>
    private sealed record Assignment(CompiledResource Source, VersionId Cluster, InternedResource Interned);
}
