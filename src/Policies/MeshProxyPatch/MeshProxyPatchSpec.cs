using System.Text.Json;
using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Policies.MeshProxyPatch;

/// <summary>Changes the finished Envoy configuration.</summary>
public sealed record MeshProxyPatchSpec : IProxyPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The changes.</summary>
    [Mandatory]
    public MeshProxyPatchConf? Default { get; init; }

    object? IProxyPolicySpec.Conf => Default;
}

/// <summary>The changes.</summary>
public sealed record MeshProxyPatchConf
{
    /// <summary>Changes in order; those of all policies count together.</summary>
    public IReadOnlyList<ProxyModification>? AppendModifications { get; init; }
}

/// <summary>One change; exactly one field is set.</summary>
public sealed record ProxyModification
{
    /// <summary>Of clusters.</summary>
    public ClusterModification? Cluster { get; init; }

    /// <summary>Of listeners.</summary>
    public ListenerModification? Listener { get; init; }

    /// <summary>Of network filters.</summary>
    public FilterModification? NetworkFilter { get; init; }

    /// <summary>Of HTTP filters.</summary>
    public FilterModification? HttpFilter { get; init; }

    /// <summary>Of virtual hosts.</summary>
    public VirtualHostModification? VirtualHost { get; init; }
}

/// <summary>Change of clusters.</summary>
public sealed record ClusterModification
{
    /// <summary>Which ones; null: all.</summary>
    public ClusterMatch? Match { get; init; }

    /// <summary><c>Add</c>, <c>Remove</c> or <c>Patch</c>.</summary>
    [Mandatory]
    [Values("Add", "Remove", "Patch")]
    public string? Operation { get; init; }

    /// <summary>Envoy's configuration as YAML, to add or to merge in.</summary>
    public string? Value { get; init; }

    /// <summary>JSON patches, instead of <see cref="Value"/>.</summary>
    public IReadOnlyList<JsonPatchOperation>? JsonPatches { get; init; }
}

/// <summary>Which clusters.</summary>
public sealed record ClusterMatch
{
    /// <summary>What made them, e.g. <c>inbound</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>Their name.</summary>
    public string? Name { get; init; }
}

/// <summary>Change of listeners.</summary>
public sealed record ListenerModification
{
    /// <summary>Which ones; null: all.</summary>
    public ListenerMatch? Match { get; init; }

    /// <summary><c>Add</c>, <c>Remove</c> or <c>Patch</c>.</summary>
    [Mandatory]
    [Values("Add", "Remove", "Patch")]
    public string? Operation { get; init; }

    /// <summary>Envoy's configuration as YAML, to add or to merge in.</summary>
    public string? Value { get; init; }

    /// <summary>JSON patches, instead of <see cref="Value"/>.</summary>
    public IReadOnlyList<JsonPatchOperation>? JsonPatches { get; init; }
}

/// <summary>Which listeners.</summary>
public sealed record ListenerMatch
{
    /// <summary>What made them.</summary>
    public string? Origin { get; init; }

    /// <summary>Tags in their metadata.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Their name.</summary>
    public string? Name { get; init; }
}

/// <summary>Change of filters.</summary>
public sealed record FilterModification
{
    /// <summary>Which ones; null: all.</summary>
    public FilterMatch? Match { get; init; }

    /// <summary><c>Remove</c>, <c>Patch</c>, <c>AddFirst</c>, <c>AddBefore</c>, <c>AddAfter</c> or <c>AddLast</c>.</summary>
    [Mandatory]
    [Values("Remove", "Patch", "AddFirst", "AddBefore", "AddAfter", "AddLast")]
    public string? Operation { get; init; }

    /// <summary>Envoy's configuration as YAML, to add or to merge in.</summary>
    public string? Value { get; init; }

    /// <summary>JSON patches, instead of <see cref="Value"/>.</summary>
    public IReadOnlyList<JsonPatchOperation>? JsonPatches { get; init; }
}

/// <summary>Which filters.</summary>
public sealed record FilterMatch
{
    /// <summary>What made their listener.</summary>
    public string? Origin { get; init; }

    /// <summary>Their name.</summary>
    public string? Name { get; init; }

    /// <summary>Name of their listener.</summary>
    public string? ListenerName { get; init; }

    /// <summary>Tags in their listener's metadata.</summary>
    public IReadOnlyDictionary<string, string>? ListenerTags { get; init; }
}

/// <summary>Change of virtual hosts.</summary>
public sealed record VirtualHostModification
{
    /// <summary>Which ones.</summary>
    [Mandatory]
    public VirtualHostMatch? Match { get; init; }

    /// <summary><c>Add</c>, <c>Remove</c> or <c>Patch</c>.</summary>
    [Mandatory]
    [Values("Add", "Remove", "Patch")]
    public string? Operation { get; init; }

    /// <summary>Envoy's configuration as YAML, to add or to merge in.</summary>
    public string? Value { get; init; }

    /// <summary>JSON patches, instead of <see cref="Value"/>.</summary>
    public IReadOnlyList<JsonPatchOperation>? JsonPatches { get; init; }
}

/// <summary>Which virtual hosts.</summary>
public sealed record VirtualHostMatch
{
    /// <summary>What made their listener.</summary>
    public string? Origin { get; init; }

    /// <summary>Their name.</summary>
    public string? Name { get; init; }

    /// <summary>Name of their route configuration.</summary>
    public string? RouteConfigurationName { get; init; }
}

/// <summary>One operation of RFC 6902.</summary>
public sealed record JsonPatchOperation
{
    /// <summary><c>add</c>, <c>remove</c>, <c>replace</c>, <c>move</c> or <c>copy</c>.</summary>
    [Mandatory]
    [Values("add", "remove", "replace", "move", "copy")]
    public string? Op { get; init; }

    /// <summary>JSON pointer to what changes.</summary>
    [Mandatory]
    public string? Path { get; init; }

    /// <summary>JSON pointer to the source of <c>move</c> and <c>copy</c>.</summary>
    public string? From { get; init; }

    /// <summary>New value, any JSON.</summary>
    public JsonElement? Value { get; init; }
}
