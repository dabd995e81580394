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
/// The snapshot of one proxy: what it shares with others that have the same outbounds, and over it its own compiled parts and
/// its certificate, where they have changed put together anew. It costs what is its own. Used by one thread at a time.
/// </summary>
internal sealed class ProxyOutput(ProxyKey proxy, CompileCache cache, SharedOutputs outputs, ResourceEngine engine, IWorkloadSecrets? secrets)
{
    private readonly string _id = proxy.EngineId;
    private readonly PartList _own = new(cache);
    private IReadOnlyList<SubPlan>? _plans;
    private SharedOutput? _shared;
    private InternedResource? _certificate;
    private (string Name, string Version) _certified;

    // Of the parts and the certificate; null: it is to be made.
    private ProxySnapshot? _ownSnapshot;

    // Where it is published; null: nothing is.
    private SnapshotCell? _cell;

    // What was published last with what is shared; null: nothing.
    private ProxySnapshot? _layered;

    /// <summary>Takes a plan over, publishes what came of it and returns every fault.</summary>
    internal (IReadOnlyList<PlanFault> Faults, bool IsPublished) Publish(ProxyPlan plan, Revision revision)
    {
        var fault = TakeCertificate(plan);
        TakeOwn(plan.Parts);
        var before = _shared;
        _shared = plan.Outbounds is null ? null : outputs.Acquire(plan.Outbounds);
        try
        {
            return (Faults(plan, fault), Publish(OwnSnapshot(), revision));
        }
        finally
        {
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
        SetCertificate(null, default);
        ForgetOwnSnapshot();
        _layered?.Dispose();
        _layered = null;
        if (_shared is not null)
        {
            outputs.Release(_shared);
            _shared = null;
        }

        engine.Withdraw(_id);
        _cell = null;
    }

    private bool Publish(ProxySnapshot own, Revision revision)
    {
        var layered = _shared is null ? null : engine.Layer(_shared.Snapshot, own, _layered);
        try
        {
            var isPublished = engine.Publish(_id, ref _cell, layered ?? own, revision);
            if (isPublished)
            {
                (_layered, layered) = (layered, _layered);
            }

            return isPublished;
        }
        finally
        {
            layered?.Dispose();
        }
    }

    private IReadOnlyList<PlanFault> Faults(ProxyPlan plan, PlanFault? certificate)
    {
        var shared = _shared?.Faults ?? [];
        if (_own.Faults.Count == 0 && shared.Count == 0 && certificate is null)
        {
            return plan.Faults;
        }

        List<PlanFault> faults = [.. plan.Faults, .. _own.Faults];
        if (certificate is not null)
        {
            faults.Add(certificate);
        }

        faults.AddRange(shared);
        return faults;
    }

    private void TakeOwn(IReadOnlyList<SubPlan> parts)
    {
        if (!ReferenceEquals(_plans, parts) && _own.Take(parts))
        {
            ForgetOwnSnapshot();
        }

        _plans = parts;
    }

    private ProxySnapshot OwnSnapshot()
    {
        if (_ownSnapshot is not null)
        {
            return _ownSnapshot;
        }

        using var builder = engine.BeginSnapshot();
        _own.AddTo(builder);
        if (_certificate is not null)
        {
            builder.Add(_certificate);
        }

        return _ownSnapshot = builder.Build();
    }

    private void ForgetOwnSnapshot()
    {
        _ownSnapshot?.Dispose();
        _ownSnapshot = null;
    }

    /// <summary>Takes the certificate that the proxy is to have; returns why it has none, if it should.</summary>
    private PlanFault? TakeCertificate(ProxyPlan plan)
    {
        if (plan.Identity is null || secrets is null)
        {
            SetCertificate(null, default);
            return null;
        }

        var name = plan.Identity.GetKri().ToString();
        try
        {
            if (secrets.Find(proxy, plan.Identity, plan.Dataplane) is not { } certificate)
            {
                SetCertificate(null, default);
            }
            else if (_certificate is null || _certified != (name, certificate.Version))
            {
                var message = SecretGenerator.Certificate(name, certificate).ToByteArray();
                SetCertificate(engine.InternVersioned(outputs.SecretType, name, message, certificate.Version), (name, certificate.Version));
            }

            return null;
        }
        catch (WorkloadSecretException e)
        {
            SetCertificate(null, default);
            return new PlanFault(name, e.Message);
        }
    }

    private void SetCertificate(InternedResource? certificate, (string Name, string Version) certified)
    {
        if (certificate is null && _certificate is null)
        {
            return;
        }

        ForgetOwnSnapshot();
        _certificate?.Dispose();
        (_certificate, _certified) = (certificate, certified);
    }
}
