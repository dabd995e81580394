using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>Nodes of one height, by their names; never empty.</summary>
/// <param name="children">The nodes.</param>
/// <param name="firsts">Names from here on are in the node of this index; of the first node it says nothing.</param>
internal sealed class TreeBranch(TreeNode[] children, string[] firsts) : TreeNode
{
    // A node with fewer entries joins its neighbour, if both together leave room.
    private const int Few = Most / 4;
    private const int JoinedMost = Most * 3 / 4;

    /// <inheritdoc/>
    public override string First => children[0].First;

    /// <inheritdoc/>
    public override int Size => children.Length;

    /// <summary>Its node when it has one only; else null.</summary>
    public TreeNode? Only => children.Length == 1 ? children[0] : null;

    /// <summary>Puts its nodes on a stack, the first on top.</summary>
    public void PushChildren(Stack<TreeNode> waiting)
    {
        for (var i = children.Length - 1; i >= 0; i--)
        {
            waiting.Push(children[i]);
        }
    }

    /// <inheritdoc/>
    public override Resource? Find(string name) => children[IndexOf(name)].Find(name);

    /// <inheritdoc/>
    public override TreeNode Put(Resource resource, out bool added, out TreeNode? right, out string? separator)
    {
        var index = IndexOf(resource.Name);
        var child = children[index].Put(resource, out added, out var next, out var nextFirst);
        (right, separator) = (null, null);
        var replaced = Replace(children, index, child);
        if (next is null)
        {
            return new TreeBranch(replaced, firsts);
        }

        var nodes = Insert(replaced, index + 1, next);
        var names = Insert(firsts, index + 1, nextFirst!);
        if (nodes.Length <= Most)
        {
            return new TreeBranch(nodes, names);
        }

        var middle = Middle(nodes.Length, index + 1);
        (right, separator) = (new TreeBranch(nodes[middle..], names[middle..]), names[middle]);
        return new TreeBranch(nodes[..middle], names[..middle]);
    }

    /// <inheritdoc/>
    public override TreeNode? Remove(string name)
    {
        var index = IndexOf(name);
        var child = children[index].Remove(name);
        if (ReferenceEquals(child, children[index]))
        {
            return this;
        }

        if (child is null)
        {
            return children.Length == 1 ? null : new TreeBranch(Without(children, index), Without(firsts, index));
        }

        var nodes = Replace(children, index, child);
        var left = index > 0 ? index - 1 : 0;
        if (child.Size >= Few || nodes.Length == 1 || nodes[left].Size + nodes[left + 1].Size > JoinedMost)
        {
            return new TreeBranch(nodes, firsts);
        }

        nodes[left] = nodes[left].With(nodes[left + 1]);
        return new TreeBranch(Without(nodes, left + 1), Without(firsts, left + 1));
    }

    /// <inheritdoc/>
    public override TreeNode With(TreeNode right)
    {
        var other = (TreeBranch)right;
        return other.JoinTo(children, firsts);
    }

    private TreeBranch JoinTo(TreeNode[] leftChildren, string[] leftFirsts) =>
        new([.. leftChildren, .. children], [.. leftFirsts, First, .. firsts.AsSpan(1)]);

    private int IndexOf(string name)
    {
        int low = 1, high = firsts.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = string.CompareOrdinal(firsts[middle], name) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
