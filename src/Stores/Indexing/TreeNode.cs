using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>A node of a <see cref="NameTree"/>. Immutable.</summary>
internal abstract class TreeNode
{
    /// <summary>Most entries of a node.</summary>
    public const int Most = 32;

    // What is built from sorted resources leaves a little room, so that the next writes split nothing.
    private const int Filled = 28;

    /// <summary>Smallest name in it.</summary>
    public abstract string First { get; }

    /// <summary>Number of its entries.</summary>
    public abstract int Size { get; }

    /// <summary>The resource of a name, or null.</summary>
    public abstract Resource? Find(string name);

    /// <summary>The node with a resource in it.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="added">True when there was none of its name.</param>
    /// <param name="right">What of the node stands to the right of it now, when it became too large.</param>
    /// <param name="separator">Names from here on are in <paramref name="right"/>.</param>
    public abstract TreeNode Put(Resource resource, out bool added, out TreeNode? right, out string? separator);

    /// <summary>The node without a name: itself when it is not there, null when nothing else is.</summary>
    public abstract TreeNode? Remove(string name);

    /// <summary>Both nodes as one; the other stands to the right and is of the same height.</summary>
    public abstract TreeNode With(TreeNode right);

    /// <summary>Divides a number of entries evenly among nodes.</summary>
    public static IEnumerable<Range> Parts(int count)
    {
        var parts = (count + Filled - 1) / Filled;
        for (var i = 0; i < parts; i++)
        {
            yield return (int)((long)count * i / parts)..(int)((long)count * (i + 1) / parts);
        }
    }

    /// <summary>Where a full node is divided: names mostly come in order, and then what is on the left stays full.</summary>
    protected static int Middle(int length, int inserted) => inserted == length - 1 ? length - 1 : length / 2;

    /// <summary>A copy with one more entry.</summary>
    protected static T[] Insert<T>(T[] entries, int index, T entry) => [.. entries.AsSpan(0, index), entry, .. entries.AsSpan(index)];

    /// <summary>A copy with another entry.</summary>
    protected static T[] Replace<T>(T[] entries, int index, T entry)
    {
        var copy = entries.AsSpan().ToArray();
        copy[index] = entry;
        return copy;
    }

    /// <summary>A copy without an entry.</summary>
    protected static T[] Without<T>(T[] entries, int index) => [.. entries.AsSpan(0, index), .. entries.AsSpan(index + 1)];
}
