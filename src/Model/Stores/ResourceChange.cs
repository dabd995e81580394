using Mesh.Model.Resources;

namespace Mesh.Model.Stores;

/// <summary>What happened to a resource.</summary>
public enum ChangeKind
{
    /// <summary>It was created or replaced.</summary>
    Put,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>Not about a resource: everything that existed when the watch began has been told.</summary>
    Synced,
}

/// <summary>One change in a store.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Key">What it happened to; default for <see cref="ChangeKind.Synced"/>.</param>
/// <param name="Resource">The resource as stored now; for a deletion the last one stored; null for <see cref="ChangeKind.Synced"/>.</param>
/// <param name="Revision">Number of the change.</param>
public readonly record struct ResourceChange(ChangeKind Kind, ResourceKey Key, Resource? Resource, long Revision);
