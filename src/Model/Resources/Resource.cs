using System.Diagnostics.CodeAnalysis;
using System.Text;
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

    // Null until they are first asked for, where the resource is a place in a block. Threads that race put equal ones here.
    private string? _name;
    private LabelSet? _labels;

    // A StoredBlock until the resource leaves it, then a StoredJson until it is first asked for. Threads that race put the same object here.
    private object _spec;
    private object? _status;
    private readonly int _place;

    /// <summary>A resource without name and spec, which are to be given.</summary>
    public Resource() => _labels = LabelSet.Empty;

    /// <summary>A resource as a store read it: its name, labels, spec and status are made when they are first asked for.</summary>
    /// <param name="descriptor">Its kind.</param>
    /// <param name="block">Where it is.</param>
    /// <param name="place">From where on in the block.</param>
    [SetsRequiredMembers]
    public Resource(ResourceDescriptor descriptor, StoredBlock block, int place)
    {
        ArgumentNullException.ThrowIfNull(block);
        Descriptor = descriptor;
        (Name, Spec, _place) = (null!, block, place);
        _status = descriptor?.StatusType is null || block.StatusAt(place).IsEmpty ? null : block;
    }

    // What copies share of what nobody has asked for must be an object of its own.
    [SetsRequiredMembers]
    private Resource(Resource original)
    {
        original.LeaveBlock();
        (_createdTicks, _modifiedTicks, _owner) = (original._createdTicks, original._modifiedTicks, original._owner);
        (Name, _labels, Spec, _status) = (original._name!, original._labels, original._spec, original._status);
        (Descriptor, Mesh, Version, Revision) = (original.Descriptor, original.Mesh, original.Version, original.Revision);
    }

    /// <summary>Kind of this resource.</summary>
    public required ResourceDescriptor Descriptor { get; init; }

    /// <summary>Name, unique within kind and mesh.</summary>
    public required string Name
    {
        get => _name ?? ReadName();
        init => _name = value;
    }

    /// <summary>Mesh; empty for kinds of global scope.</summary>
    public string Mesh { get; init; } = "";

    /// <summary>Labels, the user's and the computed ones, in order of their keys. Never null; kept as a <see cref="LabelSet"/> whatever they are given as.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get => _labels ?? ReadLabels();
        init => _labels = LabelSet.Of(value);
    }

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
        get
        {
            if (_spec is StoredBlock)
            {
                LeaveBlock();
            }

            return _spec is StoredJson stored ? _spec = stored.Read(Descriptor.SpecType, this) : _spec;
        }
        [MemberNotNull(nameof(_spec))]
        init => _spec = value;
    }

    /// <summary>What the system reports: an instance of <see cref="ResourceDescriptor.StatusType"/>, or null. Read when it is first asked for, as the spec.</summary>
    /// <exception cref="UnreadableResourceException">See <see cref="Spec"/>.</exception>
    public object? Status
    {
        get
        {
            if (_status is StoredBlock)
            {
                LeaveBlock();
            }

            return _status is StoredJson stored ? _status = stored.Read(Descriptor.StatusType!, this) : _status;
        }
        init => _status = value;
    }

    /// <summary>The spec as <see cref="ModelJson"/> writes it, where a store has it so and nobody has asked for it yet; else empty.</summary>
    public ReadOnlySpan<byte> StoredSpec => Volatile.Read(ref _spec) switch
    {
        StoredBlock block => block.SpecAt(_place),
        StoredJson stored => stored.Utf8,
        _ => default,
    };

    /// <summary>The status in the same way; empty too when there is none.</summary>
    public ReadOnlySpan<byte> StoredStatus => Volatile.Read(ref _status) switch
    {
        StoredBlock block => block.StatusAt(_place),
        StoredJson stored => stored.Utf8,
        _ => default,
    };

    /// <summary>The name in UTF-8, where the resource is as its store read it; else empty.</summary>
    public ReadOnlySpan<byte> StoredName => Volatile.Read(ref _spec) is StoredBlock block ? block.NameAt(_place) : default;

    /// <summary>Labels, spec and status as they stand behind the name (<see cref="StoredBlock"/>), where the resource is as its store read it; else empty.</summary>
    public ReadOnlySpan<byte> StoredContent => Volatile.Read(ref _spec) is StoredBlock block ? block.ContentAt(_place) : default;

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
    public string DisplayName => Label(ResourceLabels.DisplayName) is { Length: > 0 } name ? name : Name;

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

    /// <summary>Value of a label, or an empty string. The other labels are not made for it.</summary>
    public string Label(string key)
    {
        if (_labels is null && Volatile.Read(ref _spec) is StoredBlock block)
        {
            return block.LabelAt(_place, key) ?? "";
        }

        return Labels.TryGetValue(key, out var value) ? value : "";
    }

    private string ReadName()
    {
        if (Volatile.Read(ref _spec) is StoredBlock block)
        {
            _name = Encoding.UTF8.GetString(block.NameAt(_place));
        }

        return _name!;
    }

    private LabelSet ReadLabels()
    {
        if (Volatile.Read(ref _spec) is StoredBlock block)
        {
            _labels = block.LabelsAt(_place, Name);
        }

        return _labels!;
    }

    /// <summary>Makes what the resource holds without a block of what stands in it, and lets the block go.</summary>
    private void LeaveBlock()
    {
        if (Volatile.Read(ref _spec) is not StoredBlock block)
        {
            return;
        }

        _name ??= Encoding.UTF8.GetString(block.NameAt(_place));
        _labels ??= block.LabelsAt(_place, _name);
        if (_status is StoredBlock)
        {
            Interlocked.CompareExchange(ref _status, new StoredJson(block.StatusAt(_place).ToArray()), block);
        }

        // Last: who finds no block here finds everything else in its place.
        Interlocked.CompareExchange(ref _spec, new StoredJson(block.SpecAt(_place).ToArray()), block);
    }
}
