using System.Runtime.InteropServices;
using System.Text;
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
    private readonly List<SliceEntry> _changes = [];
    private readonly List<Symbol> _names = [];
    private readonly List<ResourceRef> _resources = [];
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

    /// <summary>Takes a whole type over from an earlier snapshot. What is added or removed besides changes it: the rest is shared.</summary>
    public SnapshotBuilder CarryOver(ProxySnapshot previous, ResourceType type)
    {
        ArgumentNullException.ThrowIfNull(previous);
        Drop(ref _carried[type.Id]);
        if (previous[type] is { } slice)
        {
            slice.AddReference();
            _carried[type.Id] = slice;
        }

        return this;
    }

    /// <summary>
    /// Begins with everything of an earlier snapshot, of which additions and removals then change something. That costs what
    /// is changed, not what there is.
    /// </summary>
    public SnapshotBuilder CarryOver(ProxySnapshot previous)
    {
        ArgumentNullException.ThrowIfNull(previous);
        for (byte i = 0; i < _engine.Types.Count; i++)
        {
            CarryOver(previous, new ResourceType(i));
        }

        return this;
    }

    /// <summary>Takes a name away from what was carried over or added before. A name that is not there is no error.</summary>
    public SnapshotBuilder Remove(ResourceType type, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_engine.Symbols.TryAcquire(Encoding.UTF8.GetBytes(name), out var symbol))
        {
            // The pending removal keeps the reference: until the snapshot is built the number must mean this name.
            (_pending[type.Id] ??= []).Add(new Pending(symbol, _order++, ResourceRef.None));
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
            slices[i] = Slice(new ResourceType(i), ref _carried[i], _pending[i]);
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

    private ResourceSlice? Slice(ResourceType type, ref ResourceSlice? carried, List<Pending>? pending)
    {
        if (pending is null || pending.Count == 0)
        {
            var whole = carried;
            carried = null;
            return whole;
        }

        pending.Sort();
        _changes.Clear();
        for (var i = 0; i < pending.Count; i++)
        {
            // Of a name the last counts.
            if ((i + 1 == pending.Count || pending[i + 1].Name != pending[i].Name) && (carried is not null || !pending[i].Resource.IsNone))
            {
                _changes.Add(new SliceEntry(pending[i].Name, pending[i].Resource));
            }
        }

        return carried is null ? New(type) : _engine.Slices.Change(carried, CollectionsMarshal.AsSpan(_changes));
    }

    private ResourceSlice? New(ResourceType type)
    {
        _names.Clear();
        _resources.Clear();
        foreach (var (name, resource) in _changes)
        {
            _names.Add(name);
            _resources.Add(resource);
        }

        return _engine.Slices.Intern(type, CollectionsMarshal.AsSpan(_names), CollectionsMarshal.AsSpan(_resources));
    }

    private void Clear()
    {
        for (var i = 0; i < _engine.Types.Count; i++)
        {
            if (_pending[i] is { Count: > 0 } pending)
            {
                foreach (var one in pending)
                {
                    Release(one);
                }

                pending.Clear();
            }

            Drop(ref _carried[i]);
        }

        _order = 0;
        _mayBeEmptied = false;
    }

    private void Release(Pending pending)
    {
        if (pending.Resource.IsNone)
        {
            _engine.Symbols.Release(pending.Name);
        }
        else
        {
            _engine.Content.Release(pending.Resource);
        }
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
