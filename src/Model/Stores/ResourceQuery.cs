using Mesh.Model.Resources;

namespace Mesh.Model.Stores;

/// <summary>Which resources to list.</summary>
public sealed record ResourceQuery
{
    /// <summary>Kind to list.</summary>
    public required string Kind { get; init; }

    /// <summary>Mesh to list; null: all meshes (and global kinds).</summary>
    public string? Mesh { get; init; }

    /// <summary>Only what this accepts; null: all. Runs before paging, so <see cref="ResourceList.Total"/> counts what it accepts.</summary>
    public Func<Resource, bool>? Filter { get; init; }

    /// <summary>How many at most; 0: all.</summary>
    public int Size { get; init; }

    /// <summary>How many of the accepted ones to pass over first.</summary>
    public int Offset { get; init; }
}

/// <summary>A page of resources.</summary>
/// <param name="Items">The resources, ordered by key.</param>
/// <param name="Total">How many the query accepts in all pages.</param>
/// <param name="Revision">Revision of the store that the page shows.</param>
public sealed record ResourceList(IReadOnlyList<Resource> Items, int Total, long Revision);
