using Mesh.Model.Validation;

namespace Mesh.Model.Resources;

/// <summary>Reports every fault of a resource; never throws for bad input.</summary>
public delegate void ResourceValidator(Resource resource, ViolationList violations);

/// <summary>Reports what is legal but probably not meant, as sentences for a user.</summary>
public delegate IEnumerable<string> ResourceAdvisor(Resource resource);

/// <summary>
/// One kind of resource. REST, CLI, stores, validation and synchronization are generic over descriptors: adding a kind
/// is adding one of these to the catalogue.
/// </summary>
public sealed class ResourceDescriptor
{
    /// <summary>Kind as in <c>type:</c>, e.g. <c>MeshTimeout</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Plural, lower case, as in REST paths, e.g. <c>meshtimeouts</c>. Empty: not served over REST.</summary>
    public required string Path { get; init; }

    /// <summary>Another path under which REST serves it, or null.</summary>
    public string? AliasPath { get; init; }

    /// <summary>Singular as the CLI takes it, e.g. <c>meshtimeout</c>, <c>global-secret</c>.</summary>
    public required string CliName { get; init; }

    /// <summary>Short name in KRIs, e.g. <c>mt</c>; empty when the kind has no KRI.</summary>
    public string ShortName { get; init; } = "";

    /// <summary>Where its names are unique.</summary>
    public required ResourceScope Scope { get; init; }

    /// <summary>Name in lists for people, singular.</summary>
    public required string SingularDisplayName { get; init; }

    /// <summary>Name in lists for people, plural.</summary>
    public required string PluralDisplayName { get; init; }

    /// <summary>The spec's fields stand at the top level of the universal form (Mesh, Dataplane, Zone, secrets, insights) instead of under <c>spec:</c>.</summary>
    public bool IsFlat { get; init; }

    /// <summary>Written by the control plane alone; REST refuses PUT and DELETE with 405.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Only administrators may read or write it.</summary>
    public bool IsAdminOnly { get; init; }

    /// <summary>Type of <see cref="Resource.Spec"/>: an immutable record.</summary>
    public required Type SpecType { get; init; }

    /// <summary>Type of <see cref="Resource.Status"/>, or null when the kind has none.</summary>
    public Type? StatusType { get; init; }

    /// <summary>Between which control planes it travels.</summary>
    public SyncDirections Sync { get; init; }

    /// <summary>It has a read-only companion kind that holds what was observed (Dataplane and DataplaneInsight), or null.</summary>
    public string? InsightKind { get; init; }

    /// <summary>Reports violations of the spec. Null: everything that parses is valid.</summary>
    public ResourceValidator? Validate { get; init; }

    /// <summary>Reports warnings for the writer. Null: none.</summary>
    public ResourceAdvisor? Advise { get; init; }

    /// <summary>What makes it a policy, or null for other kinds.</summary>
    public PolicyTraits? Policy { get; init; }

    /// <summary>What a new mesh of a given name gets of this kind (contract §2.5). Null: nothing.</summary>
    public Func<string, IReadOnlyList<MeshDefault>>? MeshDefaults { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
