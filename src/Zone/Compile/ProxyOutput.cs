using Google.Protobuf;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Convergence;
using Mesh.Envoy.Names;
using Mesh.Model.Naming;
using Mesh.Zone.Generators;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Compile;

/// <summary>
/// The snapshot of one proxy: what it shares with others that have the same outbounds, and its own compiled parts, which
/// count over those. It costs what is its own. Used by one thread at a time.
/// </summary>
internal sealed class ProxyOutput(ProxyKey proxy, CompileCache cache, SharedOutputs outputs, ResourceEngine engine, IWorkloadSecrets? secrets)
{
    private readonly PartList _own = new(cache, engine);
    private SharedOutput? _shared;

    /// <summary>Takes a plan over, publishes what came of it and returns every fault.</summary>
    internal (IReadOnlyList<PlanFault> Faults, bool IsPublished) Publish(ProxyPlan plan, Revision revision)
    {
        var faults = new List<PlanFault>(plan.Faults);
        _own.Take(plan.Parts, faults);
        TakeShared(plan.Outbounds);
        faults.AddRange(_shared?.Faults ?? []);
        using var builder = engine.BeginSnapshot();
        if (_shared is not null)
        {
            builder.CarryOver(_shared.Snapshot);
        }

        _own.AddTo(builder, faults);
        using var certificate = Certificate(plan, faults);
        if (certificate is not null)
        {
            builder.Add(certificate);
        }

        using var snapshot = builder.Build();
        return (faults, engine.Publish(proxy.EngineId, snapshot, revision));
    }

    /// <summary>The proxy has nothing any more: what its streams have is not taken from them.</summary>
    internal void Withdraw()
    {
        _own.Clear();
        TakeShared(null);
        engine.Withdraw(proxy.EngineId);
    }

    private void TakeShared(OutboundSet? outbounds)
    {
        if (_shared is not null && ReferenceEquals(_shared.Outbounds, outbounds))
        {
            return;
        }

        var next = outbounds is null ? null : outputs.Acquire(outbounds);
        if (_shared is not null)
        {
            outputs.Release(_shared);
        }

        _shared = next;
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
}
