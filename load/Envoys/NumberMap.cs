namespace Mesh.Load.Envoys;

/// <summary>Positive numbers to numbers: eight bytes an entry at half load, no object per entry.</summary>
internal struct NumberMap
{
    private int[]? _keys;
    private int[]? _values;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>The value of a key; false: it has none.</summary>
    public readonly bool TryGet(int key, out int value)
    {
        value = 0;
        if (_keys is null)
        {
            return false;
        }

        var at = Find(key);
        value = _values![at];
        return _keys[at] == key;
    }

    /// <summary>Sets the value of a key.</summary>
    public void Set(int key, int value)
    {
        if (_keys is null || (Count + 1) * 4 > _keys.Length * 3)
        {
            Grow();
        }

        var at = Find(key);
        Count += _keys![at] == 0 ? 1 : 0;
        _keys[at] = key;
        _values![at] = value;
    }

    /// <summary>Removes a key.</summary>
    public void Remove(int key)
    {
        if (_keys is null || _keys[Find(key)] != key)
        {
            return;
        }

        Count--;
        var hole = Find(key);
        _keys[hole] = 0;
        var mask = _keys.Length - 1;
        // Entries behind the hole that were put there for want of room move up.
        for (var at = (hole + 1) & mask; _keys[at] != 0; at = (at + 1) & mask)
        {
            var home = Home(_keys[at]);
            if (((at - home) & mask) >= ((at - hole) & mask))
            {
                (_keys[hole], _values![hole]) = (_keys[at], _values[at]);
                _keys[at] = 0;
                hole = at;
            }
        }
    }

    /// <summary>All entries, in no order. The map must not change meanwhile.</summary>
    public readonly Enumerator GetEnumerator() => new(_keys, _values);

    private readonly int Home(int key) => (int)((uint)key * 2_654_435_769u >> 7) & (_keys!.Length - 1);

    private readonly int Find(int key)
    {
        var at = Home(key);
        while (_keys![at] != 0 && _keys[at] != key)
        {
            at = (at + 1) & (_keys.Length - 1);
        }

        return at;
    }

    private void Grow()
    {
        var (keys, values) = (_keys, _values);
        var size = keys is null ? 4 : keys.Length * 2;
        (_keys, _values, Count) = (new int[size], new int[size], 0);
        for (var i = 0; i < (keys?.Length ?? 0); i++)
        {
            if (keys![i] != 0)
            {
                Set(keys[i], values![i]);
            }
        }
    }

    /// <summary>Walks a map.</summary>
    public struct Enumerator(int[]? keys, int[]? values)
    {
        private int _at = -1;

        public readonly (int Key, int Value) Current => (keys![_at], values![_at]);

        public bool MoveNext()
        {
            while (++_at < (keys?.Length ?? 0))
            {
                if (keys![_at] != 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
