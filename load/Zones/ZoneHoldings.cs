using System.Collections;
using System.Text;
using Mesh.Load.Envoys;
using Mesh.Load.Responses;

namespace Mesh.Load.Zones;

/// <summary>Names and versions that a zone has of one type, as numbers: a hundred zones hold the same hundred thousand names.</summary>
internal sealed class ZoneHoldings(NameTable names) : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private NumberMap _versions;

    /// <inheritdoc/>
    public int Count => _versions.Count;

    /// <summary>Sets a resource's version.</summary>
    public void Set(string name, string version) => _versions.Set(NumberOf(name), NumberOf(version));

    /// <summary>Removes a resource.</summary>
    public void Remove(string name) => _versions.Remove(NumberOf(name));

    /// <summary>Removes all.</summary>
    public void Clear() => _versions = default;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        var all = new List<(int, int)>(_versions.Count);
        foreach (var (name, version) in _versions)
        {
            all.Add((name, version));
        }

        return all.Select(pair => KeyValuePair.Create(names.Text(pair.Item1), names.Text(pair.Item2))).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int NumberOf(string text)
    {
        Span<byte> bytes = stackalloc byte[512];
        return Encoding.UTF8.TryGetBytes(text, bytes, out var length) ? names.Add(bytes[..length]) : names.Add(text);
    }
}
