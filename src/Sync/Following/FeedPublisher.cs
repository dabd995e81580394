using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Resources;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;
using Microsoft.Extensions.Logging;

namespace Mesh.Sync.Following;

/// <summary>
/// Puts stored resources into a feed in the form in which they are sent. One writer; not safe for concurrent use. A resource that cannot be sent is left out,
/// logged once when that begins and once when it ends.
/// </summary>
public sealed class FeedPublisher
{
    private readonly ResourceFeed _feed;
    private readonly IOutgoingRules _rules;
    private readonly ILogger _logger;
    private readonly Dictionary<string, ResourceType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKey, string> _wireNames = [];
    private readonly Dictionary<(string Kind, string WireName), ResourceKey> _senders = [];
    private readonly Dictionary<ResourceKey, Resource> _unsendable = [];

    /// <summary>A publisher that has published nothing.</summary>
    /// <param name="feed">Where to.</param>
    /// <param name="types">The feed's type of each kind that travels.</param>
    /// <param name="rules">What is sent and how.</param>
    /// <param name="logger">Told of resources that cannot be sent.</param>
    public FeedPublisher(ResourceFeed feed, IReadOnlyDictionary<string, ResourceType> types, IOutgoingRules rules, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(types);
        (_feed, _rules, _logger) = (feed, rules, logger);
        foreach (var (kind, type) in types)
        {
            _types[kind] = type;
        }
    }

    /// <summary>How many resources cannot be sent.</summary>
    public int UnsendableCount => _unsendable.Count;

    /// <summary>Brings the feed to what a stored resource says.</summary>
    public void Publish(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var key = resource.Key;
        if (_rules.Map(resource) is not { } outgoing || !_types.TryGetValue(resource.Kind, out var type))
        {
            Withdraw(key);
            return;
        }

        var name = SyncNames.OnWire(outgoing.Resource);
        if (_senders.TryGetValue((key.Kind, name), out var sender) && sender != key)
        {
            Unpublish(key);
            Hold(resource, $"it would travel under the name of {sender}");
            return;
        }

        if (KumaResourceCodec.Encode(outgoing.Resource, out var fault) is not { } payload)
        {
            // What was sent of it before stays: the last state that could be sent.
            Hold(resource, fault!.ToString());
            return;
        }

        if (_wireNames.TryGetValue(key, out var before) && before != name)
        {
            Unpublish(key);
        }

        _wireNames[key] = name;
        _senders[(key.Kind, name)] = key;
        _feed.Put(type, name, payload, outgoing.ExceptFor);
        if (_unsendable.Remove(key))
        {
            FollowingLog.ResourceSendable(_logger, key.ToString());
        }
    }

    /// <summary>Takes a resource out of the feed, if it is in it.</summary>
    public void Withdraw(ResourceKey key)
    {
        _unsendable.Remove(key);
        Unpublish(key);
    }

    private void Unpublish(ResourceKey key)
    {
        if (!_wireNames.Remove(key, out var name))
        {
            return;
        }

        _senders.Remove((key.Kind, name));
        _feed.Remove(_types[key.Kind], name);

        // Someone may have waited for the name.
        foreach (var waiting in _unsendable.Values.Where(r => r.Kind == key.Kind && r.Key != key).ToArray())
        {
            Publish(waiting);
        }
    }

    private void Hold(Resource resource, string reason)
    {
        if (_unsendable.TryAdd(resource.Key, resource))
        {
            FollowingLog.ResourceUnsendable(_logger, resource.Key.ToString(), reason);
        }
        else
        {
            _unsendable[resource.Key] = resource;
        }
    }
}
