using System.Text;
using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>What a peer holds: applies deliveries as the contract says and nothing else.</summary>
internal sealed class HeldResources
{
    private readonly Dictionary<string, SortedDictionary<string, (string Version, string Content)>> _types = new(StringComparer.Ordinal);

    public SortedDictionary<string, (string Version, string Content)> Of(string type)
    {
        if (!_types.TryGetValue(type, out var held))
        {
            _types.Add(type, held = new SortedDictionary<string, (string, string)>(StringComparer.Ordinal));
        }

        return held;
    }

    public List<KeyValuePair<string, string>> Versions(string type) =>
        [.. Of(type).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Version))];

    public void Apply(KdsDelivery delivery)
    {
        var held = Of(delivery.Type);
        if (delivery.IsFullSet)
        {
            held.Clear();
        }

        foreach (var name in delivery.Removed)
        {
            held.Remove(name);
        }

        foreach (var resource in delivery.Resources)
        {
            held[resource.Name] = (resource.Version, Encoding.UTF8.GetString(resource.Payload.Span));
        }
    }

    public string Text(string type) => string.Join(' ', Of(type).Select(pair => $"{pair.Key}={pair.Value.Content}"));
}
