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

    // Only of resources that travel under another name than their own: most of what Global passes on keeps the name it came with.
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
        var keepsName = outgoing.Resource.Name == key.Name && outgoing.Resource.Mesh == key.Mesh;
        if (FindSender(type, name, key, keepsName) is { } sender && sender != key)
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

        if (!keepsName || _wireNames.Count > 0)
        {
            Rename(key, type, name, keepsName);
        }

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

    /// <summary>Whose resource travels under a name; null: nobody's.</summary>
    private ResourceKey? FindSender(ResourceType type, string name, ResourceKey key, bool keepsName)
    {
        if (_senders.TryGetValue((key.Kind, name), out var sender))
        {
            return sender;
        }

        // What is there without an entry is of the resource that bears the name.
        return keepsName ? key
            : _feed.Contains(type, name) ? OwnerOf(key.Kind, name)
            : null;
    }

    /// <summary>Remembers the name under which a resource travels, when it is not its own, and lets go of the one before.</summary>
    private void Rename(ResourceKey key, ResourceType type, string name, bool keepsName)
    {
        var own = OwnName(key);
        var before = _wireNames.TryGetValue(key, out var other) ? other : !keepsName && IsPublishedAs(type, key.Kind, own) ? own : null;
        if (before is not null && before != name)
        {
            Unpublish(key);
        }

        if (!keepsName)
        {
            _wireNames[key] = name;
            _senders[(key.Kind, name)] = key;
        }
    }

    private void Unpublish(ResourceKey key)
    {
        if (!_types.TryGetValue(key.Kind, out var type))
        {
            return;
        }

        if (_wireNames.Remove(key, out var name))
        {
            _senders.Remove((key.Kind, name));
        }
        else
        {
            name = OwnName(key);
            if (_senders.ContainsKey((key.Kind, name)))
            {
                return;
            }
        }

        // Someone may have waited for the name.
        if (_feed.Remove(type, name) && _unsendable.Count > 0)
        {
            foreach (var waiting in _unsendable.Values.Where(r => r.Kind == key.Kind && r.Key != key).ToArray())
            {
                Publish(waiting);
            }
        }
    }

    private bool IsPublishedAs(ResourceType type, string kind, string name) => !_senders.ContainsKey((kind, name)) && _feed.Contains(type, name);

    private static string OwnName(ResourceKey key) => string.Concat(key.Name, ".", key.Mesh);

    private static ResourceKey OwnerOf(string kind, string name)
    {
        var dot = name.LastIndexOf('.');
        return new ResourceKey(kind, name[(dot + 1)..], name[..dot]);
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
