using System.Diagnostics.CodeAnalysis;
using Mesh.Model.Labels;
using Mesh.Model.Text;

namespace Mesh.Model.Resources;

/// <summary>
/// One resource as a user sees it: who it is, its labels, what was asked for (<see cref="Spec"/>) and what the system
/// reports (<see cref="Status"/>). Immutable; a change is a new object.
/// </summary>
public sealed record Resource
{
    // As little as can be: a Global keeps hundreds of thousands.
    private readonly long _createdTicks;
    private readonly long _modifiedTicks;
    private readonly OwnerReference? _owner;

    // A StoredJson until it is first asked for. Threads that race put the same object here.
    private object _spec;
    private object? _status;

    /// <summary>Kind of this resource.</summary>
    public required ResourceDescriptor Descriptor { get; init; }

    /// <summary>Name, unique within kind and mesh.</summary>
    public required string Name { get; init; }

    /// <summary>Mesh; empty for kinds of global scope.</summary>
    public string Mesh { get; init; } = "";

    /// <summary>Labels, the user's and the computed ones, in order of their keys. Never null; kept as a <see cref="LabelSet"/> whatever they are given as.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = LabelSet.Of(value); } = LabelSet.Empty;

    /// <summary>When it was created (UTC). Default for resources that were never stored.</summary>
    public DateTimeOffset CreationTime
    {
        get => new(_createdTicks, TimeSpan.Zero);
        init => _createdTicks = value.UtcTicks;
    }

    /// <summary>When it was last written (UTC).</summary>
    public DateTimeOffset ModificationTime
    {
        get => new(_modifiedTicks, TimeSpan.Zero);
        init => _modifiedTicks = value.UtcTicks;
    }

    /// <summary>Version for optimistic writes: 1 after creation, one more with each write, 0 when never stored.</summary>
    public long Version { get; init; }

    /// <summary>Number of the change in its store that made it so; 0 when never stored. A store sets it, whatever it is given.</summary>
    public long Revision { get; init; }

    /// <summary>
    /// What the user asked for: an instance of <see cref="ResourceDescriptor.SpecType"/>, immutable. A store may give it as <see cref="StoredJson"/>, which
    /// nobody sees: it is read when it is first asked for.
    /// </summary>
    /// <exception cref="UnreadableResourceException">It was stored in a form that this program does not read, which a store does not let happen.</exception>
    public required object Spec
    {
        get => _spec is StoredJson stored ? _spec = stored.Read(Descriptor.SpecType, this) : _spec;
        [MemberNotNull(nameof(_spec))]
        init => _spec = value;
    }

    /// <summary>What the system reports: an instance of <see cref="ResourceDescriptor.StatusType"/>, or null. Read when it is first asked for, as the spec.</summary>
    /// <exception cref="UnreadableResourceException">See <see cref="Spec"/>.</exception>
    public object? Status
    {
        get => _status is StoredJson stored ? _status = stored.Read(Descriptor.StatusType!, this) : _status;
        init => _status = value;
    }

    /// <summary>The spec as <see cref="ModelJson"/> writes it, where a store has it so and nobody has asked for it yet; else empty.</summary>
    public ReadOnlySpan<byte> StoredSpec => _spec is StoredJson stored ? stored.Utf8 : default;

    /// <summary>The status in the same way; empty too when there is none.</summary>
    public ReadOnlySpan<byte> StoredStatus => _status is StoredJson stored ? stored.Utf8 : default;

    /// <summary>Resource whose deletion deletes this one too, or null. A mesh-scoped resource without an owner is owned by its Mesh.</summary>
    public ResourceKey? Owner
    {
        get => _owner?.Key;
        init => _owner = OwnerReference.Of(value);
    }

    /// <summary>Kind as in <c>type:</c>.</summary>
    public string Kind => Descriptor.Kind;

    /// <summary>Identity in a store.</summary>
    public ResourceKey Key => new(Descriptor.Kind, Mesh, Name);

    /// <summary>The user's name for it: the label <c>kuma.io/display-name</c>, else the name.</summary>
    public string DisplayName => Labels.TryGetValue(ResourceLabels.DisplayName, out var name) && name.Length > 0 ? name : Name;

    /// <summary>The spec as <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidCastException">The kind has another spec type.</exception>
    public T SpecAs<T>()
        where T : class => (T)Spec;

    /// <summary>The status as <typeparamref name="T"/>, or null when there is none.</summary>
    public T? StatusAs<T>()
        where T : class => (T?)Status;

    /// <inheritdoc/>
    public bool Equals(Resource? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && ReferenceEquals(Descriptor, other.Descriptor)
            && Name == other.Name
            && Mesh == other.Mesh
            && Version == other.Version
            && Revision == other.Revision
            && _createdTicks == other._createdTicks
            && _modifiedTicks == other._modifiedTicks
            && _owner == other._owner
            && Labels.Equals(other.Labels)
            && Spec.Equals(other.Spec)
            && Equals(Status, other.Status));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Descriptor.Kind, Mesh, Name, Version, Revision);

    /// <summary>Value of a label, or an empty string.</summary>
    public string Label(string key) => Labels.TryGetValue(key, out var value) ? value : "";
}
