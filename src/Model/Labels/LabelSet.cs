using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Model.Labels;

/// <summary>
/// Immutable labels, sorted by key (ordinal), equal by content. Resources hold their labels so: it is a fifth of a dictionary of the same
/// labels, and looking one up allocates nothing.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A set of labels is what the contract calls it.")]
public sealed class LabelSet : IReadOnlyDictionary<string, string>, IEquatable<LabelSet>
{
    // Up to here an insertion sort is the quickest, and labels mostly come sorted.
    private const int MostToInsert = 32;

    private readonly KeyValuePair<string, string>[] _pairs;

    // 0: not computed yet. Threads that race compute the same.
    private int _hash;

    private LabelSet(KeyValuePair<string, string>[] sorted) => _pairs = sorted;

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
    public static LabelSet Of(IReadOnlyDictionary<string, string>? labels) => labels switch
    {
        LabelSet same => same,
        null or { Count: 0 } => Empty,
        _ => Taking([.. labels]),
    };

    /// <summary>Labels with the given pairs; of several with one key the last counts.</summary>
    public static LabelSet Of(params ReadOnlySpan<KeyValuePair<string, string>> pairs) => Taking(pairs.ToArray());

    /// <summary>The labels, sorted by key, for loops that must not allocate.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> AsSpan() => _pairs;

    /// <summary>The same labels with one more, or with another value; a null value takes the label out.</summary>
    public LabelSet With(string key, string? value)
    {
        var place = Find(key);
        if (value is null)
        {
            return place < 0 ? this : new LabelSet([.. _pairs.AsSpan(0, place), .. _pairs.AsSpan(place + 1)]);
        }

        if (place < 0)
        {
            return new LabelSet([.. _pairs.AsSpan(0, ~place), new(key, value), .. _pairs.AsSpan(~place)]);
        }

        if (_pairs[place].Value == value)
        {
            return this;
        }

        var changed = _pairs.AsSpan().ToArray();
        changed[place] = new KeyValuePair<string, string>(key, value);
        return new LabelSet(changed);
    }

    /// <summary>True when it has every label of a selector; an empty selector is satisfied by all.</summary>
    public bool Satisfies(IReadOnlyDictionary<string, string> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        if (selector is LabelSet labels)
        {
            return Satisfies(labels);
        }

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
    public bool ContainsKey(string key) => Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        var place = Find(key);
        value = place >= 0 ? _pairs[place].Value : null;
        return place >= 0;
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _pairs.Length == other._pairs.Length && GetHashCode() == other.GetHashCode() && SamePairs(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            var hash = default(HashCode);
            foreach (var (key, value) in _pairs)
            {
                hash.Add(key);
                hash.Add(value);
            }

            _hash = hash.ToHashCode() is var computed && computed != 0 ? computed : 1;
        }

        return _hash;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static LabelSet Taking(KeyValuePair<string, string>[] pairs)
    {
        if (pairs.Length == 0)
        {
            return Empty;
        }

        if (pairs.Length <= MostToInsert)
        {
            Insert(pairs);
        }
        else
        {
            // Stable, so that the last of several stays the last.
            pairs = [.. pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        }

        return new LabelSet(LastOfEach(pairs));
    }

    private static void Insert(Span<KeyValuePair<string, string>> pairs)
    {
        for (var i = 1; i < pairs.Length; i++)
        {
            var pair = pairs[i];
            var place = i;
            for (; place > 0 && string.CompareOrdinal(pairs[place - 1].Key, pair.Key) > 0; place--)
            {
                pairs[place] = pairs[place - 1];
            }

            pairs[place] = pair;
        }
    }

    private static KeyValuePair<string, string>[] LastOfEach(KeyValuePair<string, string>[] sorted)
    {
        var kept = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == sorted.Length - 1 || sorted[i].Key != sorted[i + 1].Key)
            {
                sorted[kept++] = sorted[i];
            }
        }

        return kept == sorted.Length ? sorted : sorted[..kept];
    }

    private bool Satisfies(LabelSet selector)
    {
        foreach (var (key, value) in selector._pairs)
        {
            if (!TryGetValue(key, out var actual) || actual != value)
            {
                return false;
            }
        }

        return true;
    }

    private bool SamePairs(LabelSet other)
    {
        for (var i = 0; i < _pairs.Length; i++)
        {
            if (_pairs[i].Key != other._pairs[i].Key || _pairs[i].Value != other._pairs[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Place of a key, or the complement of where it would stand.</summary>
    private int Find(string key)
    {
        var low = 0;
        var high = _pairs.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_pairs[middle].Key, key);
            if (order == 0)
            {
                return middle;
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

        return ~low;
    }
}
