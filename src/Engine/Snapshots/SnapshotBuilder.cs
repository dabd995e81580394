using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// Collects the resources of one snapshot. One thread at a time; can be used again after <see cref="Build"/>.
/// A name that is added twice to a type has the later resource.
/// </summary>
public sealed class SnapshotBuilder : IDisposable
{
    private readonly ResourceEngine _engine;
    private readonly List<Pending>?[] _pending = new List<Pending>?[TypeTable.Capacity];
    private readonly ResourceSlice?[] _carried = new ResourceSlice?[TypeTable.Capacity];
    private int _order;
    private bool _mayBeEmptied;

    internal SnapshotBuilder(ResourceEngine engine) => _engine = engine;

    /// <summary>Adds a resource that is interned already.</summary>
    public SnapshotBuilder Add(InternedResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        _engine.Content.AddReference(resource.Ref);
        Push(resource.Ref);
        GC.KeepAlive(resource);
        return this;
    }

    /// <summary>Interns and adds a resource whose version is the hash of its bytes and the salt.</summary>
    /// <param name="type">Resource type.</param>
    /// <param name="name">Resource name.</param>
    /// <param name="message">Encoded message.</param>
    /// <param name="versionSalt">What else the version covers, for example its cluster's version for a load assignment.</param>
    public SnapshotBuilder Add(ResourceType type, string name, ReadOnlySpan<byte> message, ReadOnlySpan<byte> versionSalt = default)
    {
        Push(_engine.InternRef(type, name, message, versionSalt));
        return this;
    }

    /// <summary>Takes a whole type over from an earlier snapshot, unchanged. What is added to that type besides is an error.</summary>
    public SnapshotBuilder CarryOver(ProxySnapshot previous, ResourceType type)
    {
        ArgumentNullException.ThrowIfNull(previous);
        if (previous[type] is { } slice)
        {
            slice.AddReference();
            Drop(ref _carried[type.Id]);
            _carried[type.Id] = slice;
        }

        return this;
    }

    /// <summary>Says that a proxy without listeners or clusters is meant: see <see cref="ProxySnapshot.MayBeEmptied"/>.</summary>
    public SnapshotBuilder AllowEmptying()
    {
        _mayBeEmptied = true;
        return this;
    }

    /// <summary>The snapshot. The caller owns it: publish it to as many proxies as it is for, then dispose it.</summary>
    public ProxySnapshot Build()
    {
        var slices = new ResourceSlice?[_engine.Types.Count];
        for (byte i = 0; i < slices.Length; i++)
        {
            slices[i] = _carried[i] ?? Slice(new ResourceType(i), _pending[i]);
            _carried[i] = null;
        }

        var snapshot = new ProxySnapshot(_engine.Slices, slices, _mayBeEmptied);
        Clear();
        return snapshot;
    }

    /// <summary>Lets go of what was added and not built.</summary>
    public void Dispose() => Clear();

    private void Push(ResourceRef resource)
    {
        ref readonly var entry = ref _engine.Content[resource];
        (_pending[entry.Type.Id] ??= []).Add(new Pending(entry.Name, _order++, resource));
    }

    private ResourceSlice? Slice(ResourceType type, List<Pending>? pending)
    {
        if (pending is null || pending.Count == 0)
        {
            return null;
        }

        pending.Sort();
        var names = new Symbol[pending.Count];
        var resources = new ResourceRef[pending.Count];
        var count = 0;
        for (var i = 0; i < pending.Count; i++)
        {
            if (count > 0 && names[count - 1] == pending[i].Name)
            {
                count--;
            }

            names[count] = pending[i].Name;
            resources[count++] = pending[i].Resource;
        }

        return _engine.Slices.Intern(type, names.AsSpan(0, count), resources.AsSpan(0, count));
    }

    private void Clear()
    {
        for (var i = 0; i < _pending.Length; i++)
        {
            foreach (var pending in _pending[i] ?? [])
            {
                _engine.Content.Release(pending.Resource);
            }

            _pending[i]?.Clear();
            Drop(ref _carried[i]);
        }

        _order = 0;
        _mayBeEmptied = false;
    }

    private void Drop(ref ResourceSlice? slice)
    {
        if (slice is not null)
        {
            _engine.Slices.Release(slice);
            slice = null;
        }
    }

    private readonly record struct Pending(Symbol Name, int Order, ResourceRef Resource) : IComparable<Pending>
    {
        public int CompareTo(Pending other)
        {
            var byName = Name.CompareTo(other.Name);
            return byName != 0 ? byName : Order.CompareTo(other.Order);
        }
    }
}
