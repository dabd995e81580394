using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>Resources, sorted by name; never empty.</summary>
internal sealed class TreeLeaf(Resource[] resources) : TreeNode
{
    /// <summary>The resources.</summary>
    public IReadOnlyList<Resource> Resources => resources;

    /// <inheritdoc/>
    public override string First => resources[0].Name;

    /// <inheritdoc/>
    public override int Size => resources.Length;

    /// <inheritdoc/>
    public override Resource? Find(string name) => IndexOf(name) is var index and >= 0 ? resources[index] : null;

    /// <inheritdoc/>
    public override TreeNode Put(Resource resource, out bool added, out TreeNode? right, out string? separator)
    {
        (right, separator) = (null, null);
        var index = IndexOf(resource.Name);
        added = index < 0;
        if (!added)
        {
            return new TreeLeaf(Replace(resources, index, resource));
        }

        var all = Insert(resources, ~index, resource);
        if (all.Length <= Most)
        {
            return new TreeLeaf(all);
        }

        var middle = Middle(all.Length, ~index);
        (right, separator) = (new TreeLeaf(all[middle..]), all[middle].Name);
        return new TreeLeaf(all[..middle]);
    }

    /// <inheritdoc/>
    public override TreeNode? Remove(string name) => IndexOf(name) switch
    {
        < 0 => this,
        _ when resources.Length == 1 => null,
        var index => new TreeLeaf(Without(resources, index)),
    };

    /// <inheritdoc/>
    public override TreeNode With(TreeNode right) => new TreeLeaf([.. resources, .. ((TreeLeaf)right).Resources]);

    /// <summary>Where a name stands, or the complement of where it would.</summary>
    private int IndexOf(string name)
    {
        int low = 0, high = resources.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(resources[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
