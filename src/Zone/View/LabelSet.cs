using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Zone.View;

/// <summary>Immutable labels, sorted by key (ordinal), equal by content, with the hash computed once.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A set of labels is what the contract calls it.")]
public sealed class LabelSet : IReadOnlyDictionary<string, string>, IEquatable<LabelSet>
{
    private readonly KeyValuePair<string, string>[] _pairs;
    private readonly int _hash;

    private LabelSet(KeyValuePair<string, string>[] sorted)
    {
        _pairs = sorted;
        var hash = default(HashCode);
        foreach (var (key, value) in sorted)
        {
            hash.Add(key);
            hash.Add(value);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>No labels.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>The labels, sorted by key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    /// <inheritdoc/>
    public int Count => _pairs.Length;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _pairs.Select(pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<string> Values => _pairs.Select(pair => pair.Value);

    /// <inheritdoc/>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    /// <summary>Labels with the given pairs.</summary>
    public static LabelSet Of(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is LabelSet same)
        {
            return same;
        }

        if (labels is null || labels.Count == 0)
        {
            return Empty;
        }

        var pairs = labels.ToArray();
        Array.Sort(pairs, (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return new LabelSet(pairs);
    }

    /// <summary>The same labels with one more, or with another value; a null value takes the label out.</summary>
    public LabelSet With(string key, string? value)
    {
        var kept = _pairs.Where(pair => pair.Key != key);
        var pairs = (value is null ? kept : kept.Append(new(key, value))).ToArray();
        Array.Sort(pairs, (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return new LabelSet(pairs);
    }

    /// <summary>True when it has every label of a selector; an empty selector is satisfied by all.</summary>
    public bool Satisfies(IReadOnlyDictionary<string, string> selector)
    {
        foreach (var (key, value) in selector)
        {
            if (!TryGetValue(key, out var actual) || actual != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        var low = 0;
        var high = _pairs.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_pairs[middle].Key, key);
            if (order == 0)
            {
                value = _pairs[middle].Value;
                return true;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _pairs.AsSpan().SequenceEqual(other._pairs));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
