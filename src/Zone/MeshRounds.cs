using System.Collections.Concurrent;
using Mesh.Engine.Convergence;
using Mesh.Model.Policies;
using Mesh.Zone.Compile;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.View;

namespace Mesh.Zone;

/// <summary>
/// Works the changes of one mesh into the configuration of its proxies, one round after another. Nothing happens without a
/// change.
/// </summary>
internal sealed class MeshRounds
{
    private readonly RoundTools _tools;

    // Of the running round alone.
    private readonly Dictionary<string, ConnectedProxy> _proxies = new(StringComparer.Ordinal);
    private readonly string _mesh;
    private OutboundSets _outbounds;
    private bool _isBehind;

    // Written by rounds, read by anyone.
    private volatile MeshView _view;
    private readonly ConcurrentDictionary<string, ProxyStatus> _statuses = new(StringComparer.Ordinal);

    internal MeshRounds(string mesh, RoundTools tools, bool held)
    {
        _mesh = mesh;
        _tools = tools;
        _view = new MeshView(mesh, tools.Zone, tools.Catalog, tools.Environment);
        _outbounds = new OutboundSets(_view, tools.Catalog, tools.Metrics);
        Queue = new RoundQueue(TryRoundAsync, tools.Engine.Revisions.Timestamp, held);
    }

    /// <summary>What is to be worked in.</summary>
    internal RoundQueue Queue { get; }

    /// <summary>The mesh as the last round saw it.</summary>
    internal MeshView View => _view;

    /// <summary>What became of the connected proxies in the last round.</summary>
    internal IReadOnlyDictionary<string, ProxyStatus> Statuses => _statuses;

    /// <summary>Sets of outbounds that are kept.</summary>
    internal int KnownOutbounds => _outbounds.Count;

    private async Task TryRoundAsync(ChangeBatch batch)
    {
        if (_isBehind || !await TryAsync(RoundAsync, batch).ConfigureAwait(false))
        {
            _isBehind = !await TryAsync(AnewAsync, batch).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryAsync(Func<ChangeBatch, Task> round, ChangeBatch batch)
    {
        try
        {
            await round(batch).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            ZoneLog.RoundFailed(_tools.Logger, _mesh, e);
            return false;
        }
    }

    /// <summary>After a round that failed: how far it came is not known, so everything is worked out of the view. What that cannot take is left out.</summary>
    private Task AnewAsync(ChangeBatch batch)
    {
        foreach (var (key, resource) in batch.Resources)
        {
            try
            {
                var one = new ChangeBatch { Resources = { [key] = resource } };
                _view = ReferenceEquals(_view.Find(key.Kind, key.Name), resource) ? _view : _view.Apply(one).After;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                batch.Resources.Remove(key);
                ZoneLog.ResourceUnreadable(_tools.Logger, key.ToString(), e);
            }
        }

        _outbounds = new OutboundSets(_view, _tools.Catalog, _tools.Metrics);
        foreach (var (name, proxy) in _proxies)
        {
            proxy.Touch = ProxyTouch.None;
            proxy.TakeDataplane(_view.Find(TargetKinds.Dataplane, name));
        }

        batch.IsForAll = true;
        return RoundAsync(batch);
    }

    private async Task RoundAsync(ChangeBatch batch)
    {
        _tools.Metrics.CountRound();
        var change = _view.Apply(batch);
        _view = change.After;
        _outbounds = _outbounds.Next(change, _tools.Outputs.IsUsed);
        foreach (var (resource, reason) in change.Faults)
        {
            ZoneLog.ResourceUnreadable(_tools.Logger, resource.ToString(), reason);
        }

        var touched = Touch(batch, change);
        if (touched.Count > 0)
        {
            await WorkAsync(touched, batch).ConfigureAwait(false);
        }

        _outbounds.Settle();
    }

    private async Task WorkAsync(IReadOnlyList<ConnectedProxy> touched, ChangeBatch batch)
    {
        var revision = _tools.Engine.Revisions.Begin(_mesh, batch.Causes(), batch.Since);
        if (touched.Count == 1)
        {
            Work(touched[0], revision);
        }
        else
        {
            await _tools.Workers.ForEachAsync(touched, proxy => Work(proxy, revision)).ConfigureAwait(false);
        }
    }

    /// <summary>The proxies to work on. Who has nothing yet, or something else, comes before those whom silence serves.</summary>
    private IReadOnlyList<ConnectedProxy> Touch(ChangeBatch batch, ViewChange change)
    {
        var touched = new TouchedProxies(_proxies);
        foreach (var name in change.Dataplanes)
        {
            if (_proxies.TryGetValue(name, out var proxy))
            {
                proxy.TakeDataplane(_view.Find(TargetKinds.Dataplane, name));
            }
        }

        TakeConnections(batch, touched);
        foreach (var name in batch.Certificates)
        {
            touched.Add(name, ProxyTouch.Whole);
        }

        if (batch.IsForAll)
        {
            touched.AddAll(ProxyTouch.Whole);
        }

        touched.Add(change);
        return batch.Patient.Count == 0 ? touched.All : [.. touched.All.OrderBy(proxy => batch.Patient.Contains(proxy.Key.Name))];
    }

    private void TakeConnections(ChangeBatch batch, TouchedProxies touched)
    {
        foreach (var (name, metadata) in batch.Proxies)
        {
            var known = _proxies.GetValueOrDefault(name);
            if (metadata is null)
            {
                if (known is not null)
                {
                    _proxies.Remove(name);
                    known.Output.Withdraw();
                    _tools.Secrets?.Release(known.Key);
                }

                // Last: who sees that the proxy is gone finds nothing of it any more.
                _statuses.TryRemove(name, out _);
            }
            else if (known is null || !known.Metadata.Equals(metadata))
            {
                if (known is null)
                {
                    var key = new ProxyKey(_mesh, name);
                    known = new ConnectedProxy(key, new ProxyOutput(key, _tools.Cache, _tools.Outputs, _tools.Engine, _tools.Secrets));
                    known.TakeDataplane(_view.Find(TargetKinds.Dataplane, name));
                    _proxies.Add(name, known);
                }

                known.Metadata = metadata;
                touched.Add(known, ProxyTouch.Whole);
            }
        }
    }

    private void Work(ConnectedProxy proxy, Revision revision)
    {
        var touch = proxy.Touch;
        proxy.Touch = ProxyTouch.None;
        try
        {
            if (_view.Mesh is null || proxy.Subject is null)
            {
                proxy.Output.Withdraw();
                proxy.Plan = null;
                proxy.TakeInterest(null);
                SetStatus(proxy, false, []);
                return;
            }

            if (Plan(proxy, touch) is not { } plan)
            {
                return;
            }

            proxy.Plan = plan;
            proxy.TakeInterest(plan.Interest);
            var (faults, isPublished) = proxy.Output.Publish(plan, revision);
            if (isPublished)
            {
                _tools.Metrics.CountPublish();
            }

            SetStatus(proxy, true, faults);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One proxy's fault stays with it.
            proxy.Plan = null;
            ZoneLog.ProxyFailed(_tools.Logger, proxy.Key.ToString(), e);
            SetStatus(proxy, proxy.Status.IsConfigured, [new PlanFault("configuration", e.Message)]);
        }
    }

    /// <summary>What a proxy is to have; null: what it has.</summary>
    private ProxyPlan? Plan(ConnectedProxy proxy, ProxyTouch touch)
    {
        var subject = proxy.Subject!;
        var match = _view.Policies.Match(subject);
        if (touch == ProxyTouch.Outbounds && proxy.Plan is { } before
            && _tools.Planner.Renew(before, _view, subject, match, proxy.Metadata, _outbounds) is { } renewed)
        {
            if (ReferenceEquals(renewed.Outbounds, before.Outbounds))
            {
                proxy.Plan = renewed;
                return null;
            }

            _tools.Metrics.CountRenewal();
            return renewed;
        }

        _tools.Metrics.CountPlan();
        return _tools.Planner.Plan(_view, subject, match, proxy.Metadata, _outbounds);
    }

    private void SetStatus(ConnectedProxy proxy, bool isConfigured, IReadOnlyList<PlanFault> faults)
    {
        var before = proxy.Status.Faults;
        if (isConfigured && proxy.Status.IsConfigured && before.Count == 0 && faults.Count == 0)
        {
            return;
        }

        foreach (var fault in faults)
        {
            if (!before.Contains(fault))
            {
                ZoneLog.FaultBegan(_tools.Logger, proxy.Key.ToString(), fault.Part, fault.Message);
            }
        }

        foreach (var fault in before)
        {
            if (!faults.Any(now => now.Part == fault.Part))
            {
                ZoneLog.FaultEnded(_tools.Logger, proxy.Key.ToString(), fault.Part);
            }
        }

        proxy.Status = new ProxyStatus(proxy.Key, isConfigured, faults);
        _statuses[proxy.Key.Name] = proxy.Status;
    }
}
