namespace Mesh.Stores.Indexing;

/// <summary>
/// Sorts by name (ordinal), what has the same name in the order in which it stands. Names of a kind are alike in how they begin: they are sorted
/// by eight characters at a time as one number, which compares a hundred thousand of them without looking at the texts again.
/// </summary>
internal static class NameOrder
{
    // Fewer are compared as texts.
    private const int FewestForNumbers = 24;

    /// <summary>The places of names in their order.</summary>
    /// <param name="names">The names.</param>
    /// <param name="places">Where each of them stands, ascending; sorted along with them.</param>
    public static void Sort(Span<string> names, Span<int> places)
    {
        var keys = names.Length < FewestForNumbers ? [] : new ulong[names.Length];
        Sort(names, places, keys, names.Length < FewestForNumbers ? 0 : SharedBeginning(names));
    }

    private static void Sort(Span<string> names, Span<int> places, Span<ulong> keys, int from)
    {
        if (names.Length < FewestForNumbers || !TryNumber(names, keys, from))
        {
            SortTexts(names, places);
            return;
        }

        Order(names, places, keys);
        for (var start = 0; start < names.Length;)
        {
            var end = start + 1;
            while (end < names.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                Sort(names[start..end], places[start..end], keys[start..end], from + sizeof(ulong));
            }

            start = end;
        }
    }

    /// <summary>Sorts by the numbers. Their order is computed beside them, so that names and places move once.</summary>
    private static void Order(Span<string> names, Span<int> places, Span<ulong> keys)
    {
        var order = new int[names.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        keys.Sort(order.AsSpan());
        var (oldNames, oldPlaces) = (names.ToArray(), places.ToArray());
        for (var i = 0; i < order.Length; i++)
        {
            (names[i], places[i]) = (oldNames[order[i]], oldPlaces[order[i]]);
        }
    }

    private static void SortTexts(Span<string> names, Span<int> places)
    {
        var order = new (string Name, int Place)[names.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (names[i], places[i]);
        }

        Array.Sort(order, static (one, other) =>
            string.CompareOrdinal(one.Name, other.Name) is var byName and not 0 ? byName : one.Place.CompareTo(other.Place));
        for (var i = 0; i < order.Length; i++)
        {
            (names[i], places[i]) = order[i];
        }
    }

    /// <summary>Eight characters of each name as a number that orders as they do; false when that is not possible, or would not end.</summary>
    private static bool TryNumber(ReadOnlySpan<string> names, Span<ulong> keys, int from)
    {
        var isLonger = false;
        for (var i = 0; i < names.Length; i++)
        {
            var rest = names[i].AsSpan(Math.Min(from, names[i].Length));
            isLonger |= rest.Length > 0;
            var key = 0UL;
            for (var at = 0; at < sizeof(ulong); at++)
            {
                // 0 stands for the end.
                var letter = at < rest.Length ? rest[at] : '\0';
                if (letter > byte.MaxValue || (letter == '\0' && at < rest.Length))
                {
                    return false;
                }

                key = (key << 8) | letter;
            }

            keys[i] = key;
        }

        return isLonger;
    }

    private static int SharedBeginning(ReadOnlySpan<string> names)
    {
        var shared = names[0].AsSpan();
        foreach (var name in names)
        {
            shared = shared[..shared.CommonPrefixLength(name)];
        }

        return shared.Length;
    }
}
