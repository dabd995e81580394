using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Indexing;

namespace Mesh.Stores.Embedded;

/// <summary>What the entries of a log amount to. Filled while the log is read.</summary>
internal sealed class RecoveredStore(ChangeCodec codec, string path)
{
    private readonly Dictionary<ResourceKey, ResourceChange> _deleted = [];
    private readonly Dictionary<ResourceKey, byte[]> _unreadable = [];
    private readonly List<string> _faults = [];
    private readonly StoreStateBuilder _resources = new();
    private StoreState? _state;
    private long _revision;

    /// <summary>The log's header; null: the log is empty.</summary>
    public LogHeader? Header { get; private set; }

    /// <summary>Everything that exists.</summary>
    public StoreState State => _state ??= _resources.Build(_revision);

    /// <summary>Deletions since the header's revision, of what does not exist.</summary>
    public IReadOnlyCollection<ResourceChange> Deleted => _deleted.Values;

    /// <summary>Bytes of each resource in the log, and what they add up to.</summary>
    public LiveBytes Live { get; } = new();

    /// <summary>Resources that this version cannot read: kept as they are, and not shown.</summary>
    public IReadOnlyDictionary<ResourceKey, byte[]> Unreadable => _unreadable;

    /// <summary>Why they cannot be read.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Takes the next entry of the log.</summary>
    /// <exception cref="StoreDamagedException">Its bytes are whole, and make no sense.</exception>
    public void Take(RecordKind kind, long position, ReadOnlySpan<byte> body)
    {
        _state = null;
        try
        {
            if (Header is null)
            {
                Header = kind == RecordKind.Header ? LogHeader.Read(body) : throw new FormatException("the log does not begin with a header");
                _revision = Header.Value.Revision;
                return;
            }

            if (kind is not (RecordKind.Changes or RecordKind.Snapshot))
            {
                throw new FormatException($"{(int)kind} is no kind of record that this version knows");
            }

            TakeChanges(body, isSnapshot: kind == RecordKind.Snapshot);
        }
        catch (FormatException fault)
        {
            throw new StoreDamagedException(path, position, fault.Message);
        }
    }

    private void TakeChanges(ReadOnlySpan<byte> body, bool isSnapshot)
    {
        var reader = new ByteReader(body);
        while (!reader.IsAtEnd)
        {
            var start = body.Length - reader.Remaining;
            var change = codec.Read(ref reader);
            var raw = body[start..(body.Length - reader.Remaining)];
            var revision = isSnapshot ? _revision : change.Revision;
            if (change.Fault is { } fault)
            {
                _faults.Add($"{change.Key}: {fault}");
                Remove(change, revision);
                _unreadable[change.Key] = raw.ToArray();
            }
            else if (change.Kind == ChangeKind.Put)
            {
                _unreadable.Remove(change.Key);
                Put(change.Resource!, revision, raw.Length);
            }
            else
            {
                Remove(change, revision);
            }
        }
    }

    private void Put(Resource resource, long revision, int bytes)
    {
        _deleted.Remove(resource.Key);
        if (_resources.Find(resource.Key) is { } replaced)
        {
            Live.Remove(replaced.Revision);
        }

        _resources.Put(resource);
        _revision = revision;
        Live.Put(resource.Revision, bytes);
    }

    private void Remove(in ChangeRecord change, long revision)
    {
        _unreadable.Remove(change.Key);
        if (_resources.Find(change.Key) is { } resource)
        {
            Live.Remove(resource.Revision);
            _resources.Remove(change.Key);
            _deleted[change.Key] = new ResourceChange(ChangeKind.Deleted, change.Key, resource, change.Revision);
        }

        _revision = revision;
    }
}
