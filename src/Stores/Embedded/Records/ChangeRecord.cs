using Mesh.Model.Resources;

namespace Mesh.Stores.Embedded.Records;

/// <summary>One change as it was read from the log.</summary>
internal readonly record struct ChangeRecord
{
    private readonly ResourceKey _key;

    private ChangeRecord(Resource? resource, ResourceKey key, long revision, string? fault) => (Resource, _key, Revision, Fault) = (resource, key, revision, fault);

    /// <summary>The resource put; null for a deletion, and when this process cannot read it.</summary>
    public Resource? Resource { get; }

    /// <summary>What changed. Asked for, it makes the name of a resource that is in a block.</summary>
    public ResourceKey Key => Resource?.Key ?? _key;

    /// <summary>Number of the change.</summary>
    public long Revision { get; }

    /// <summary>Why the resource cannot be read, or null.</summary>
    public string? Fault { get; }

    /// <summary>A resource was put.</summary>
    public static ChangeRecord Put(Resource resource) => new(resource, default, resource.Revision, null);

    /// <summary>A resource was deleted.</summary>
    public static ChangeRecord Deleted(ResourceKey key, long revision) => new(null, key, revision, null);

    /// <summary>A resource was put that cannot be read.</summary>
    public static ChangeRecord Unreadable(ResourceKey key, long revision, string fault) => new(null, key, revision, fault);
}
