using System.Buffers.Binary;
using System.Text;

namespace Mesh.Stores.Indexing;

/// <summary>The name in UTF-8 that stands at a place.</summary>
internal delegate ReadOnlySpan<byte> NameAt(int place);

/// <summary>
/// Sorts places by the names that stand there (ordinal, as the texts compare), and places of the same name as they follow each other. Names of a kind are
/// alike in how they begin: they are sorted by eight bytes at a time as one number, which compares a million of them without looking at the names again.
/// </summary>
internal static class NameOrder
{
    // Fewer are compared as they are.
    private const int FewestForNumbers = 24;

    // Fewer are sorted by one thread.
    private const int FewestForTwo = 1 << 15;

    private const ulong TopBits = 0x8080_8080_8080_8080;
    private const ulong LowBits = 0x0101_0101_0101_0101;

    // First bytes in UTF-8 of what two UTF-16 characters stand for begin here; what stands in one, and is ordered behind that, begins before it.
    private const byte FirstOfPairs = 0xF0;
    private const byte FirstBehindPairs = 0xEE;

    /// <summary>Sorts places.</summary>
    /// <param name="places">Places, ascending.</param>
    /// <param name="names">Their names; asked by two threads at once.</param>
    /// <returns>For each place, when they are sorted, whether it has the name of the one before.</returns>
    public static bool[] Sort(int[] places, NameAt names)
    {
        var repeats = new bool[places.Length];
        if (places.Length < FewestForNumbers)
        {
            SortNames(places, repeats, names);
            return repeats;
        }

        var keys = new ulong[places.Length];
        var from = SharedBeginning(places, names);
        if (TrySortHalves(places, keys, names, from, out var isLonger))
        {
            SortGroups(places, repeats, keys, names, from, isLonger);
        }
        else
        {
            SortNames(places, repeats, names);
        }

        return repeats;
    }

    private static void Sort(Span<int> places, Span<bool> repeats, Span<ulong> keys, NameAt names, int from)
    {
        if (places.Length >= FewestForNumbers && TrySort(places, keys, names, from, out var isLonger))
        {
            SortGroups(places, repeats, keys, names, from, isLonger);
        }
        else
        {
            SortNames(places, repeats, names);
        }
    }

    /// <summary>Sorts what eight bytes did not tell apart.</summary>
    private static void SortGroups(Span<int> places, Span<bool> repeats, Span<ulong> keys, NameAt names, int from, bool isLonger)
    {
        for (var start = 0; start < places.Length;)
        {
            var end = start + 1;
            while (end < places.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                if (isLonger)
                {
                    Sort(places[start..end], repeats[start..end], keys[start..end], names, from + sizeof(ulong));
                }
                else
                {
                    places[start..end].Sort();
                    repeats[(start + 1)..end].Fill(true);
                }
            }

            start = end;
        }
    }

    private static bool TrySort(Span<int> places, Span<ulong> keys, NameAt names, int from, out bool isLonger)
    {
        if (!TryNumber(places, keys, names, from, out isLonger))
        {
            return false;
        }

        keys.Sort(places);
        return true;
    }

    /// <summary>Sorts by eight bytes on two threads, where there is enough to do for two.</summary>
    private static bool TrySortHalves(int[] places, ulong[] keys, NameAt names, int from, out bool isLonger)
    {
        var middle = places.Length < FewestForTwo ? 0 : places.Length / 2;
        var isOtherLonger = false;
        var other = middle == 0 ? null : Task.Run(() => TrySort(places.AsSpan(0, middle), keys.AsSpan(0, middle), names, from, out isOtherLonger));
        var isSorted = TrySort(places.AsSpan(middle), keys.AsSpan(middle), names, from, out isLonger);
        if (other is null)
        {
            return isSorted;
        }

        isSorted &= other.GetAwaiter().GetResult();
        isLonger |= isOtherLonger;
        Merge(places, keys, middle);
        return isSorted;
    }

    /// <summary>Puts two sorted parts together.</summary>
    private static void Merge(int[] places, ulong[] keys, int middle)
    {
        var (leftPlaces, leftKeys) = (places[..middle], keys[..middle]);
        for (int left = 0, right = middle, next = 0; left < middle; next++)
        {
            if (right == keys.Length || leftKeys[left] <= keys[right])
            {
                (places[next], keys[next]) = (leftPlaces[left], leftKeys[left]);
                left++;
            }
            else
            {
                (places[next], keys[next]) = (places[right], keys[right]);
                right++;
            }
        }
    }

    private static void SortNames(Span<int> places, Span<bool> repeats, NameAt names)
    {
        places.Sort((one, other) => Compare(names(one), names(other)) is var byName and not 0 ? byName : one.CompareTo(other));
        for (var i = 1; i < places.Length; i++)
        {
            repeats[i] = names(places[i]).SequenceEqual(names(places[i - 1]));
        }
    }

    /// <summary>Eight bytes of each name as a number that orders as they do; false when there are some for which it would not.</summary>
    /// <param name="isLonger">Some name has more bytes than these.</param>
    private static bool TryNumber(ReadOnlySpan<int> places, Span<ulong> keys, NameAt names, int from, out bool isLonger)
    {
        isLonger = false;
        for (var i = 0; i < places.Length; i++)
        {
            var name = names(places[i]);
            var rest = name[Math.Min(from, name.Length)..];
            isLonger |= rest.Length > sizeof(ulong);
            ulong key;
            if (rest.Length >= sizeof(ulong))
            {
                key = BinaryPrimitives.ReadUInt64BigEndian(rest);
                if (((key | ((key - LowBits) & ~key)) & TopBits) != 0)
                {
                    // A letter that is none of ASCII, or a 0, which stands for the end.
                    return false;
                }
            }
            else
            {
                key = 0;
                foreach (var letter in rest)
                {
                    if (letter == 0 || !Ascii.IsValid(letter))
                    {
                        return false;
                    }

                    key = (key << 8) | letter;
                }

                key <<= 8 * (sizeof(ulong) - rest.Length);
            }

            keys[i] = key;
        }

        return true;
    }

    private static int SharedBeginning(ReadOnlySpan<int> places, NameAt names)
    {
        var shared = names(places[0]);
        foreach (var place in places)
        {
            shared = shared[..shared.CommonPrefixLength(names(place))];
        }

        return shared.Length;
    }

    /// <summary>Compares as the texts compare, which have characters of 16 bits.</summary>
    private static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var shared = one.CommonPrefixLength(other);
        if (shared == one.Length || shared == other.Length)
        {
            return one.Length.CompareTo(other.Length);
        }

        var (first, second) = (one[shared], other[shared]);
        return first >= FirstBehindPairs && second >= FirstBehindPairs && (first >= FirstOfPairs) != (second >= FirstOfPairs)
            ? second.CompareTo(first)
            : first.CompareTo(second);
    }
}
