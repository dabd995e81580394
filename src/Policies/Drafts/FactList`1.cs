using System.Collections;
using System.Runtime.CompilerServices;

namespace Mesh.Policies.Drafts;

/// <summary>An immutable list with value equality: what records in plans hold instead of arrays.</summary>
[CollectionBuilder(typeof(FactList), nameof(FactList.Create))]
public sealed class FactList<T> : IReadOnlyList<T>, IEquatable<FactList<T>>
{
    private readonly T[] _items;
    private int _hash;

    internal FactList(T[] items) => _items = items;

    /// <summary>The list without items.</summary>
    internal static FactList<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <inheritdoc/>
    public bool Equals(FactList<T>? other) =>
        ReferenceEquals(this, other)
        || (other is not null && GetHashCode() == other.GetHashCode() && _items.AsSpan().SequenceEqual(other._items, EqualityComparer<T>.Default));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FactList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash != 0)
        {
            return _hash;
        }

        var hash = default(HashCode);
        foreach (var item in _items)
        {
            hash.Add(item);
        }

        return _hash = hash.ToHashCode();
    }

    /// <summary>Enumerates without allocation where the type is known.</summary>
    public ArrayEnumerator GetEnumerator() => new(_items);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    /// <summary>Enumerator of <see cref="FactList{T}"/>.</summary>
    public struct ArrayEnumerator
    {
        private readonly T[] _items;
        private int _index = -1;

        internal ArrayEnumerator(T[] items) => _items = items;

        /// <summary>The current item.</summary>
        public readonly T Current => _items[_index];

        /// <summary>Moves on.</summary>
        public bool MoveNext() => ++_index < _items.Length;
    }
}
