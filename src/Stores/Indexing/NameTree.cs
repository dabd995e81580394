using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>
/// Resources of one kind and mesh, by name: an immutable B-tree. A change copies the nodes on the way to one leaf; a resource costs a place in
/// an array, and what comes sorted becomes a tree without a comparison.
/// </summary>
internal sealed class NameTree
{
    private readonly TreeNode? _root;

    private NameTree(TreeNode? root, int count) => (_root, Count) = (root, count);

    /// <summary>Nothing.</summary>
    public static NameTree Empty { get; } = new(null, 0);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>A tree of resources.</summary>
    /// <param name="sorted">Sorted by name, ordinal, each name once.</param>
    public static NameTree Of(ReadOnlySpan<Resource> sorted)
    {
        if (sorted.IsEmpty)
        {
            return Empty;
        }

        var level = new List<TreeNode>();
        foreach (var part in TreeNode.Parts(sorted.Length))
        {
            level.Add(new TreeLeaf(sorted[part].ToArray()));
        }

        while (level.Count > 1)
        {
            var next = new List<TreeNode>();
            foreach (var part in TreeNode.Parts(level.Count))
            {
                var children = level[part].ToArray();
                next.Add(new TreeBranch(children, Array.ConvertAll(children, static child => child.First)));
            }

            level = next;
        }

        return new NameTree(level[0], sorted.Length);
    }

    /// <summary>The resource of a name, or null.</summary>
    public Resource? Find(string name) => _root?.Find(name);

    /// <summary>The tree with a resource added, or in place of the one that has its name.</summary>
    public NameTree Put(Resource resource)
    {
        if (_root is null)
        {
            return new NameTree(new TreeLeaf([resource]), 1);
        }

        var root = _root.Put(resource, out var added, out var right, out var separator);
        return new NameTree(right is null ? root : new TreeBranch([root, right], [root.First, separator!]), added ? Count + 1 : Count);
    }

    /// <summary>The tree without a name; the same one when it is not there.</summary>
    public NameTree Remove(string name)
    {
        var root = _root?.Remove(name);
        if (ReferenceEquals(root, _root))
        {
            return this;
        }

        while (root is TreeBranch { Only: { } only })
        {
            root = only;
        }

        return root is null ? Empty : new NameTree(root, Count - 1);
    }

    /// <summary>All of them, by name.</summary>
    public IEnumerable<Resource> All()
    {
        if (_root is null)
        {
            yield break;
        }

        var waiting = new Stack<TreeNode>([_root]);
        while (waiting.TryPop(out var node))
        {
            if (node is TreeLeaf leaf)
            {
                foreach (var resource in leaf.Resources)
                {
                    yield return resource;
                }
            }
            else
            {
                ((TreeBranch)node).PushChildren(waiting);
            }
        }
    }
}
