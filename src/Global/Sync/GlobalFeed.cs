using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Following;
using Mesh.Sync.Rules;
using Microsoft.Extensions.Logging;

namespace Mesh.Global.Sync;

/// <summary>
/// Keeps the feed of all zones true to the store: what zones are sent, without what a zone that is disabled wrote. One thread at a time.
/// </summary>
internal sealed class GlobalFeed : IStoreObserver
{
    private readonly ResourceFeed _feed;
    private readonly FeedPublisher _publisher;
    private readonly IReadOnlyDictionary<string, ResourceType> _types;
    private readonly IOwnerObserver _owners;
    private readonly TrustDomains _domains;
    private readonly ILogger _logger;
    private readonly HashSet<ResourceKey> _withheld = [];
    private readonly HashSet<string> _enabledZones = new(StringComparer.Ordinal);

    // What zones wrote and other zones get. Whose it is its labels say; zones are enabled and disabled seldom.
    private readonly HashSet<Resource> _ofZones = new(ResourceByKey.Instance);

    // Those of them that are judged again when a trust domain gets another owner: a few among a hundred thousand.
    private readonly HashSet<Resource> _trusts = new(ResourceByKey.Instance);

    /// <param name="feed">The feed.</param>
    /// <param name="types">The feed's type of each kind that travels.</param>
    /// <param name="rules">What travels and how.</param>
    /// <param name="owners">Told of Meshes and Zones.</param>
    /// <param name="domains">What zones may vouch for; kept true to the store.</param>
    /// <param name="logger">Told of resources that cannot be sent.</param>
    public GlobalFeed(
        ResourceFeed feed, IReadOnlyDictionary<string, ResourceType> types, GlobalToZoneRules rules, IOwnerObserver owners, TrustDomains domains, ILogger logger)
    {
        (_feed, _types, _owners, _domains, _logger) = (feed, types, owners, domains, logger);
        _publisher = new FeedPublisher(feed, types, rules, logger);
    }

    /// <inheritdoc/>
    public bool Observes(string kind) => kind == ZoneKind.Name || _types.ContainsKey(kind);

    /// <inheritdoc/>
    public void Put(Resource resource)
    {
        var changesTrust = _domains.Put(resource);
        if (resource.Kind == ZoneKind.Name)
        {
            if (changesTrust)
            {
                JudgeTrusts(mesh: null);
            }

            SetEnabled(resource.Name, resource.SpecAs<ZoneSpec>().Enabled ?? true);
            _owners.OwnerStored(resource.Key);
            return;
        }

        var author = SyncLabels.AuthorZone(resource);
        Forget(resource.Key);
        if (author is null)
        {
            _publisher.Publish(resource);
        }
        else if (SyncKinds.PassesOn(resource.Descriptor))
        {
            Remember(author, resource);
        }
        else
        {
            _publisher.Withdraw(resource.Key);
        }

        if (changesTrust)
        {
            JudgeTrusts(resource.Mesh);
        }

        if (resource.Kind == MeshKind.Name)
        {
            _owners.OwnerStored(resource.Key);
        }
    }

    /// <inheritdoc/>
    public void Deleted(ResourceKey key)
    {
        var changesTrust = _domains.Remove(key);
        if (key.Kind == ZoneKind.Name)
        {
            if (changesTrust)
            {
                JudgeTrusts(mesh: null);
            }

            SetEnabled(key.Name, false);
            _owners.OwnerDeleted(key);
            return;
        }

        Forget(key);
        _publisher.Withdraw(key);
        if (changesTrust)
        {
            JudgeTrusts(key.Mesh);
        }

        if (key.Kind == MeshKind.Name)
        {
            _owners.OwnerDeleted(key);
        }
    }

    /// <inheritdoc/>
    public void Synced()
    {
        if (!_feed.IsComplete)
        {
            _feed.Complete();
        }
    }

    private void Remember(string author, Resource resource)
    {
        _ofZones.Add(resource);
        if (resource.Kind == MeshTrustKind.Name)
        {
            _trusts.Add(resource);
        }

        PassOn(author, resource);
    }

    /// <summary>Sends what a zone wrote to the others, if it is enabled, and may.</summary>
    private void PassOn(string author, Resource resource)
    {
        if (_enabledZones.Contains(author) && !IsWithheld(author, resource))
        {
            _publisher.Publish(resource);
        }
        else
        {
            _publisher.Withdraw(resource.Key);
        }
    }

    /// <summary>A MeshTrust may have been stored before somebody else got its trust domain.</summary>
    private bool IsWithheld(string author, Resource resource)
    {
        if (resource.Kind != MeshTrustKind.Name)
        {
            return false;
        }

        if (_domains.RefusalOf(resource, author) is not { } reason)
        {
            _withheld.Remove(resource.Key);
            return false;
        }

        if (_withheld.Add(resource.Key))
        {
            GlobalSyncLog.TrustWithheld(_logger, resource.Key.ToString(), author, reason);
        }

        return true;
    }

    /// <summary>Judges the MeshTrusts of zones again.</summary>
    /// <param name="mesh">In which mesh; null: in all.</param>
    private void JudgeTrusts(string? mesh)
    {
        foreach (var trust in _trusts.Where(trust => mesh is null || trust.Mesh == mesh))
        {
            PassOn(SyncLabels.AuthorZone(trust)!, trust);
        }
    }

    private void Forget(ResourceKey key)
    {
        _withheld.Remove(key);
        if (_ofZones.GetAlternateLookup<ResourceKey>().Remove(key) && key.Kind == MeshTrustKind.Name)
        {
            _trusts.GetAlternateLookup<ResourceKey>().Remove(key);
        }
    }

    private void SetEnabled(string zone, bool enabled)
    {
        if (!(enabled ? _enabledZones.Add(zone) : _enabledZones.Remove(zone)))
        {
            return;
        }

        foreach (var resource in _ofZones.Where(resource => SyncLabels.AuthorZone(resource) == zone))
        {
            PassOn(zone, resource);
        }
    }
}
