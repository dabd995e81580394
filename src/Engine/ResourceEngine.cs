using System.Buffers;
using System.Text;
using Mesh.Engine.Content;
using Mesh.Engine.Convergence;
using Mesh.Engine.Epochs;
using Mesh.Engine.Persistence;
using Mesh.Engine.Snapshots;
using Mesh.Engine.Symbols;

namespace Mesh.Engine;

/// <summary>
/// Interned resources and the newest snapshot of every proxy. It knows bytes and names, no protobuf library and no Envoy.
/// Safe for concurrent use, snapshot builders apart. See README.md in this folder.
/// </summary>
public sealed class ResourceEngine
{
    /// <summary>Longest resource name, in bytes of UTF-8.</summary>
    public const int MaxNameLength = 8 * 1024;

    private readonly EpochTable _epochs = new();
    private readonly SnapshotTable _snapshots;

    /// <summary>An empty engine.</summary>
    /// <param name="clock">Time of <see cref="Revisions"/>; null: the system's.</param>
    public ResourceEngine(TimeProvider? clock = null)
    {
        Content = new ContentTable(Symbols);
        Slices = new SliceTable(Content, Symbols);
        _snapshots = new SnapshotTable(_epochs);
        Revisions = new RevisionLog(clock ?? TimeProvider.System);
    }

    /// <summary>The resource types; register what you add.</summary>
    public TypeTable Types { get; } = new();

    /// <summary>Names and their symbols.</summary>
    public SymbolTable Symbols { get; } = new();

    /// <summary>What was published lately, and how far it has come.</summary>
    public RevisionLog Revisions { get; }

    /// <summary>Who is told of published snapshots besides the streams; null: nobody.</summary>
    public ISnapshotObserver? Observer
    {
        get => _snapshots.Observer;
        set => _snapshots.Observer = value;
    }

    internal ContentTable Content { get; }

    internal SliceTable Slices { get; }

    /// <summary>Sizes now, for metrics.</summary>
    public EngineCounts Counts =>
        new(Content.Count, Content.Bytes, Slices.Count, Symbols.Count, _snapshots.Count, _epochs.Waiting, Slices.ChunkCount);

    /// <summary>
    /// Resources that proxies have, each counted once for every proxy that has it; over <see cref="EngineCounts.Resources"/> that
    /// is how often an interned resource is shared. Walks over all proxies.
    /// </summary>
    public long CountReferences() => _snapshots.CountReferences();

    /// <summary>Interns a resource whose version is the hash of its bytes and the salt. Equal input gives the same stored resource.</summary>
    /// <param name="type">Resource type.</param>
    /// <param name="name">Resource name, at most <see cref="MaxNameLength"/> bytes.</param>
    /// <param name="message">Encoded message (what <c>Any.value</c> will be).</param>
    /// <param name="versionSalt">What else the version covers.</param>
    public InternedResource Intern(ResourceType type, string name, ReadOnlySpan<byte> message, ReadOnlySpan<byte> versionSalt = default) =>
        new(Content, InternRef(type, name, message, versionSalt));

    /// <summary>Interns a resource whose version also covers another resource's: a load assignment's covers its cluster's.</summary>
    public InternedResource Intern(ResourceType type, string name, ReadOnlySpan<byte> message, InternedResource alsoVersionedBy)
    {
        ArgumentNullException.ThrowIfNull(alsoVersionedBy);
        Span<byte> salt = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(salt, alsoVersionedBy.Version.Value);
        return new InternedResource(Content, InternRef(type, name, message, salt));
    }

    /// <summary>Interns a resource under a version of the caller's words, for example a certificate's issuer and expiry.</summary>
    /// <param name="version">Not empty. Resources of one type and name with equal versions count as equal, whatever their bytes.</param>
    public InternedResource InternVersioned(ResourceType type, string name, ReadOnlySpan<byte> message, string version)
    {
        ArgumentException.ThrowIfNullOrEmpty(version);
        return new InternedResource(Content, Store(type, name, Encoding.UTF8.GetBytes(version), message));
    }

    /// <summary>Starts a snapshot.</summary>
    public SnapshotBuilder BeginSnapshot() => new(this);

    /// <summary>
    /// A snapshot with everything of two; where both have a name, the upper one's. It costs what lies above, not what there is
    /// below: what many proxies have in common is made once, and each lays its own over it. The caller owns it.
    /// </summary>
    /// <param name="shared">What lies below.</param>
    /// <param name="own">What lies above.</param>
    /// <param name="before">What was laid for the same proxy last: of most types it is what it was. Null: it is not known.</param>
    public ProxySnapshot Layer(ProxySnapshot shared, ProxySnapshot own, ProxySnapshot? before = null)
    {
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(own);
        var slices = new ResourceSlice?[Types.Count];
        for (byte i = 0; i < slices.Length; i++)
        {
            var type = new ResourceType(i);
            var (below, above) = (shared[type], own[type]);
            if (below is not null && above is not null)
            {
                slices[i] = Slices.Layer(below, above, before?[type]);
            }
            else
            {
                slices[i] = below ?? above;
                slices[i]?.AddReference();
            }
        }

        return new ProxySnapshot(Slices, slices, shared.MayBeEmptied || own.MayBeEmptied);
    }

    /// <summary>Makes a snapshot the newest of a proxy and wakes its streams; takes its own reference.</summary>
    /// <returns>False when the proxy has the same resources already: nothing happens then.</returns>
    /// <param name="proxyId">Whose it is.</param>
    /// <param name="snapshot">All of it.</param>
    /// <param name="revision">What it is part of, to be followed until the proxy has answered; null: nobody follows it.</param>
    public bool Publish(string proxyId, ProxySnapshot snapshot, Revision? revision = null)
    {
        ArgumentNullException.ThrowIfNull(proxyId);
        ArgumentNullException.ThrowIfNull(snapshot);
        SnapshotCell? cell = null;
        return _snapshots.Publish(proxyId, ref cell, snapshot, revision);
    }

    /// <summary>As <see cref="Publish(string, ProxySnapshot, Revision?)"/>, for one who publishes for a proxy again and again.</summary>
    /// <param name="proxyId">Whose it is.</param>
    /// <param name="cell">Null the first time; what is in it afterwards saves the next time looking for it.</param>
    /// <param name="snapshot">All of it.</param>
    /// <param name="revision">What it is part of, to be followed until the proxy has answered; null: nobody follows it.</param>
    public bool Publish(string proxyId, ref SnapshotCell? cell, ProxySnapshot snapshot, Revision? revision)
    {
        ArgumentNullException.ThrowIfNull(proxyId);
        ArgumentNullException.ThrowIfNull(snapshot);
        return _snapshots.Publish(proxyId, ref cell, snapshot, revision);
    }

    /// <summary>
    /// Takes a proxy's snapshot away. Its streams keep what they sent and are sent nothing: what the engine does not know is
    /// never a deletion.
    /// </summary>
    public void Withdraw(string proxyId)
    {
        var cell = _snapshots.Find(proxyId);
        if (cell is not null)
        {
            _snapshots.Publish(proxyId, ref cell, null, null);
        }
    }

    /// <summary>The cell of a proxy, which wakes the listener from now on. <see cref="SnapshotCell.Detach"/> it at the end.</summary>
    public SnapshotCell Attach(string proxyId, ISnapshotListener listener)
    {
        ArgumentNullException.ThrowIfNull(proxyId);
        ArgumentNullException.ThrowIfNull(listener);
        return _snapshots.Attach(proxyId, listener);
    }

    /// <summary>The newest snapshot of a proxy, for inspection; dispose it. Null when there is none.</summary>
    public ProxySnapshot? AcquireSnapshot(string proxyId) => _snapshots.Find(proxyId)?.Acquire();

    /// <summary>Version of a referenced resource.</summary>
    public VersionId Version(ResourceRef resource) => Content[resource].Version;

    /// <summary>Name of a referenced resource.</summary>
    public Symbol Name(ResourceRef resource) => Content[resource].Name;

    /// <summary>A referenced resource as one whole field 2 of a <c>DeltaDiscoveryResponse</c>: copy it.</summary>
    public ReadOnlySpan<byte> DeltaField(ResourceRef resource) => Content.DeltaField(resource);

    /// <summary>A referenced resource as one whole field 2 of a <c>DiscoveryResponse</c>: copy it.</summary>
    public ReadOnlySpan<byte> StateField(ResourceRef resource) => Content.StateField(resource);

    /// <summary>The encoded message inside a referenced resource.</summary>
    public ReadOnlySpan<byte> Message(ResourceRef resource) => Content.Message(resource);

    /// <summary>Text of a referenced resource's version (UTF-8).</summary>
    public ReadOnlySpan<byte> VersionText(ResourceRef resource) => WireForm.VersionText(Content.DeltaField(resource));

    /// <summary>A slice with everything of two slices of a type; where both have a name, the newer one's. The caller owns a reference.</summary>
    public ResourceSlice Union(ResourceSlice older, ResourceSlice newer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        return Slices.Union(older, newer);
    }

    /// <summary>Gives back a reference to a slice.</summary>
    public void Release(ResourceSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        Slices.Release(slice);
    }

    internal ResourceRef InternRef(ResourceType type, string name, ReadOnlySpan<byte> message, ReadOnlySpan<byte> salt)
    {
        Span<byte> version = stackalloc byte[VersionId.ContentTextLength];
        VersionId.WriteContentText(message, salt, version);
        return Store(type, name, version, message);
    }

    private ResourceRef Store(ResourceType type, string name, ReadOnlySpan<byte> version, ReadOnlySpan<byte> message)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var nameLength = Encoding.UTF8.GetByteCount(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nameLength, MaxNameLength, nameof(name));
        var typeUrl = Types.MessageUrl(type);
        var layout = WireForm.Measure(typeUrl.Length, nameLength, version.Length, message.Length);
        var rented = ArrayPool<byte>.Shared.Rent(layout.Total + nameLength);
        try
        {
            var nameBytes = rented.AsSpan(layout.Total, nameLength);
            Encoding.UTF8.GetBytes(name, nameBytes);
            var wire = rented.AsSpan(0, layout.Total);
            WireForm.Write(wire, layout, typeUrl, nameBytes, version, message);
            return Content.Intern(wire, layout, type, nameBytes, VersionId.OfText(version));
        }
        finally
        {
            // Some resources hold private keys.
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
