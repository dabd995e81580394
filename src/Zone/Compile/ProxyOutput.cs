using Google.Protobuf;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Convergence;
using Mesh.Engine.Snapshots;
using Mesh.Model.Naming;
using Mesh.Zone.Generators;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Compile;

/// <summary>
/// The snapshot of one proxy: what it shares with others that have the same outbounds, and its own compiled parts, which
/// count over those. It costs what is its own, and of that only the types in which something changed. Used by one thread at
/// a time.
/// </summary>
internal sealed class ProxyOutput(ProxyKey proxy, CompileCache cache, SharedOutputs outputs, ResourceEngine engine, IWorkloadSecrets? secrets)
{
    private readonly PartList _own = new(cache);
    private IReadOnlyList<SubPlan>? _plans;
    private SharedOutput? _shared;
    private ProxySnapshot? _snapshot;

    /// <summary>Takes a plan over, publishes what came of it and returns every fault.</summary>
    internal (IReadOnlyList<PlanFault> Faults, bool IsPublished) Publish(ProxyPlan plan, Revision revision)
    {
        var faults = new List<PlanFault>(plan.Faults);
        var isOwnSame = ReferenceEquals(_plans, plan.Parts) || !_own.Take(plan.Parts);
        _plans = plan.Parts;
        faults.AddRange(_own.Faults);
        using var certificate = Certificate(plan, faults);
        var before = _shared;
        _shared = plan.Outbounds is null ? null : outputs.Acquire(plan.Outbounds);
        faults.AddRange(_shared?.Faults ?? []);

        // After a failure there is none to take lists from: it would not be known what of it still holds.
        using var last = _snapshot;
        _snapshot = null;
        var builder = outputs.RentBuilder();
        try
        {
            Fill(builder, isOwnSame ? last : null, before, _shared);
            if (certificate is not null)
            {
                builder.Add(certificate);
            }

            _snapshot = builder.Build();
            return (faults, engine.Publish(proxy.EngineId, _snapshot, revision));
        }
        finally
        {
            outputs.ReturnBuilder(builder);
            if (before is not null)
            {
                outputs.Release(before);
            }
        }
    }

    /// <summary>The proxy has nothing any more: what its streams have is not taken from them.</summary>
    internal void Withdraw()
    {
        _own.Clear();
        _plans = null;
        if (_shared is not null)
        {
            outputs.Release(_shared);
            _shared = null;
        }

        _snapshot?.Dispose();
        _snapshot = null;
        engine.Withdraw(proxy.EngineId);
    }

    /// <summary>Of a type in which neither part changed the list is the one from before.</summary>
    /// <param name="builder">Is filled.</param>
    /// <param name="last">The last snapshot, of the same own parts; null: there is none.</param>
    /// <param name="before">What was shared in it.</param>
    /// <param name="next">What is shared now.</param>
    private void Fill(SnapshotBuilder builder, ProxySnapshot? last, SharedOutput? before, SharedOutput? next)
    {
        if (last is null)
        {
            if (next is not null)
            {
                builder.CarryOver(next.Snapshot);
            }

            _own.AddTo(builder);
            return;
        }

        for (byte i = 0; i < engine.Types.Count; i++)
        {
            var type = new ResourceType(i);
            if (type != outputs.SecretType && ReferenceEquals(before?.Snapshot[type], next?.Snapshot[type]))
            {
                builder.CarryOver(last, type);
                continue;
            }

            if (next is not null)
            {
                builder.CarryOver(next.Snapshot, type);
            }

            _own.AddTo(builder, type);
        }
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
            return engine.InternVersioned(outputs.SecretType, name, message, certificate.Version);
        }
        catch (WorkloadSecretException e)
        {
            faults.Add(new PlanFault(name, e.Message));
            return null;
        }
    }
}
