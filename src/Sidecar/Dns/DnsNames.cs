using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Sidecar.Dns;

/// <summary>The names of the mesh and their addresses, as the control plane sends them (contract §3.4). Immutable.</summary>
internal sealed class DnsNames
{
    private const uint DefaultTtl = 30;
    private readonly FrozenDictionary<string, Entry> _entries;

    private DnsNames(FrozenDictionary<string, Entry> entries, uint ttl)
    {
        _entries = entries;
        Ttl = ttl;
    }

    /// <summary>No names.</summary>
    public static DnsNames None { get; } = new(FrozenDictionary<string, Entry>.Empty, DefaultTtl);

    /// <summary>How long an answer may be kept, in seconds.</summary>
    public uint Ttl { get; }

    /// <summary>How many names there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Reads <c>{"ttl": 30, "records": [{"name": "a.mesh", "ips": ["241.0.0.0"]}]}</c>.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static DnsNames Parse(string json)
    {
        try
        {
            var root = JsonNode.Parse(json)!.AsObject();
            var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
            foreach (var record in root["records"]?.AsArray() ?? [])
            {
                var name = record!["name"]!.GetValue<string>().TrimEnd('.').ToLowerInvariant();
                var addresses = record["ips"]!.AsArray().Select(ip => IPAddress.Parse(ip!.GetValue<string>())).ToList();
                entries[name] = new Entry(
                    addresses.FindAll(ip => ip.AddressFamily == AddressFamily.InterNetwork),
                    addresses.FindAll(ip => ip.AddressFamily == AddressFamily.InterNetworkV6));
            }

            return new DnsNames(entries.ToFrozenDictionary(StringComparer.Ordinal), root["ttl"]?.GetValue<uint>() ?? DefaultTtl);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException)
        {
            throw new JsonException("the list of names has another form: " + e.Message, e);
        }
    }

    /// <summary>Addresses of a name for a record type; null for a name that is not of the mesh.</summary>
    /// <param name="name">Lower case, without the last dot.</param>
    public IReadOnlyList<IPAddress>? Find(string name, ushort type) =>
        !_entries.TryGetValue(name, out var entry) ? null
        : type == DnsMessage.TypeA ? entry.V4
        : type == DnsMessage.TypeAaaa ? entry.V6
        : [];

    private sealed record Entry(IReadOnlyList<IPAddress> V4, IReadOnlyList<IPAddress> V6);
}
