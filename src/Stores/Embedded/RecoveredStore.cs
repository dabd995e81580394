using System.Runtime.InteropServices;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Indexing;

namespace Mesh.Stores.Embedded;

/// <summary>
/// What the entries of a log amount to. The pages of the log are decoded side by side while the next are read; what they say is put together
/// in order, and sorted once, when all of it is known.
/// </summary>
/// <param name="codec">Reads changes.</param>
/// <param name="path">Where the log is, for messages.</param>
/// <param name="length">How long it is, in bytes.</param>
internal sealed class RecoveredStore(ChangeCodec codec, string path, long length)
{
    // Pages that wait or are being decoded: enough for every core to have the next one.
    private static readonly int _mostWaiting = (Environment.ProcessorCount * 2) + 1;

    private const int MostExpected = 1 << 24;

    private readonly Queue<Task<List<RecoveredChange>>> _decoding = new();
    private readonly List<RecoveredChange> _changes = [];
    private readonly List<ResourceChange> _deleted = [];
    private readonly Dictionary<ResourceKey, byte[]> _unreadable = [];
    private readonly List<string> _faults = [];
    private long? _lastRevision;

    /// <summary>The log's header; null: the log is empty.</summary>
    public LogHeader? Header { get; private set; }

    /// <summary>Everything that exists.</summary>
    public StoreState State { get; private set; } = StoreState.Empty;

    /// <summary>Everything that exists, as it stands in the log.</summary>
    public IReadOnlyCollection<Resource> Existing { get; private set; } = [];

    /// <summary>Deletions since the header's revision, of what does not exist.</summary>
    public IReadOnlyCollection<ResourceChange> Deleted => _deleted;

    /// <summary>Bytes of each resource in the log, and what they add up to.</summary>
    public LiveBytes Live { get; } = new();

    /// <summary>Resources that this version cannot read: kept as they are, and not shown.</summary>
    public IReadOnlyDictionary<ResourceKey, byte[]> Unreadable => _unreadable;

    /// <summary>Why they cannot be read.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Bytes in the log of resources that another program wrote: each start reads them at once, until the log is rewritten.</summary>
    public long ForeignBytes { get; private set; }

    /// <summary>Takes the next page of the log, and disposes of it.</summary>
    /// <exception cref="StoreDamagedException">The bytes of an entry before it are whole, and make no sense.</exception>
    public void Take(LogPage page)
    {
        if (_decoding.Count == _mostWaiting)
        {
            Gather(_decoding.Dequeue());
        }

        _decoding.Enqueue(Task.Run(() => Decode(page)));
    }

    /// <summary>Puts together what was taken, when the log has ended.</summary>
    /// <exception cref="StoreDamagedException">The bytes of an entry are whole, and make no sense.</exception>
    public void Complete()
    {
        while (_decoding.TryDequeue(out var page))
        {
            Gather(page);
        }

        var places = new Dictionary<(string Kind, string Mesh), List<int>>();
        for (var i = 0; i < _changes.Count; i++)
        {
            var (kind, mesh) = _changes[i].Place;
            (CollectionsMarshal.GetValueRefOrAddDefault(places, (kind, mesh), out _) ??= []).Add(i);
        }

        var trees = places.Select(place => (place.Key.Kind, place.Key.Mesh, Resources: Settle(CollectionsMarshal.AsSpan(place.Value))));
        State = StoreState.Of(trees.Where(tree => tree.Resources.Count > 0).ToList(), _lastRevision ?? Header?.Revision ?? 0);
        Existing = KeepExisting();
    }

    private List<RecoveredChange> Decode(LogPage page)
    {
        using (page)
        {
            var changes = new List<RecoveredChange>(page.Entries.Count);
            var texts = new RecentTexts();
            foreach (var entry in page.Entries)
            {
                try
                {
                    Decode(entry, texts, changes);
                }
                catch (FormatException fault)
                {
                    throw new StoreDamagedException(path, entry.Position, fault.Message);
                }
            }

            return changes;
        }
    }

    private void Decode(in LogEntry entry, RecentTexts texts, List<RecoveredChange> changes)
    {
        var body = entry.Body.Span;
        if ((entry.Kind == RecordKind.Header) != (entry.Position == LogFormat.Begin))
        {
            throw new FormatException(entry.Kind == RecordKind.Header ? "a header stands within the log" : "the log does not begin with a header");
        }

        if (entry.Kind == RecordKind.Header)
        {
            // Of the first page, which is decoded before anything looks at it.
            Header = LogHeader.Read(body);
            return;
        }

        if (entry.Kind is not (RecordKind.Changes or RecordKind.Snapshot))
        {
            throw new FormatException($"{(int)entry.Kind} is no kind of record that this version knows");
        }

        var reader = new ByteReader(body);
        while (!reader.IsAtEnd)
        {
            var start = body.Length - reader.Remaining;
            var change = codec.Read(ref reader, texts, entry.Author);
            var raw = body[start..(body.Length - reader.Remaining)];
            changes.Add(new RecoveredChange(change, raw, isSnapshot: entry.Kind == RecordKind.Snapshot, isForeign: entry.Author != codec.Author));
        }
    }

    private void Gather(Task<List<RecoveredChange>> page)
    {
        var changes = page.GetAwaiter().GetResult();
        if (_changes.Count == 0)
        {
            // The first page tells about how many there will be. At worst the list grows, or has room that it does not need for a second.
            _changes.EnsureCapacity((int)Math.Min((changes.Count + 1) * (length / LogFormat.PageBytes + 1), MostExpected));
        }

        _changes.AddRange(changes);
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            if (!changes[i].IsSnapshot)
            {
                _lastRevision = changes[i].Revision;
                break;
            }
        }
    }

    /// <summary>Settles what became of each name of a kind and mesh.</summary>
    /// <param name="places">Where its changes stand, ascending.</param>
    /// <returns>What exists of it.</returns>
    private NameTree Settle(Span<int> places)
    {
        var changes = CollectionsMarshal.AsSpan(_changes);
        var names = new string[places.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = changes[places[i]].Name;
        }

        NameOrder.Sort(names, places);
        var existing = new Resource[names.Length];
        var count = 0;
        for (var start = 0; start < names.Length;)
        {
            var end = start + 1;
            while (end < names.Length && names[end] == names[start])
            {
                end++;
            }

            if (Settle(changes, places[start..end]) is { } resource)
            {
                existing[count++] = resource;
            }

            start = end;
        }

        return NameTree.Of(existing.AsSpan(0, count));
    }

    /// <summary>Settles what became of one key: what has been replaced since is taken out of the changes.</summary>
    private Resource? Settle(Span<RecoveredChange> changes, ReadOnlySpan<int> places)
    {
        Resource? resource = null;
        ResourceChange? deleted = null;
        RecoveredChange? unreadable = null;
        var standing = -1;
        foreach (var place in places)
        {
            var change = changes[place];
            unreadable = change.Fault is null ? null : change;
            if (change.Resource is null && resource is not null)
            {
                deleted = new ResourceChange(ChangeKind.Deleted, resource.Key, resource, change.Revision);
            }
            else if (change.Resource is not null)
            {
                deleted = null;
            }

            if (standing >= 0)
            {
                changes[standing] = default;
            }

            (resource, standing) = (change.Resource, place);
        }

        if (deleted is { } deletion)
        {
            _deleted.Add(deletion);
        }

        if (unreadable is { } kept)
        {
            _unreadable.Add(kept.Key, kept.Raw!);
            _faults.Add($"{kept.Key}: {kept.Fault}");
        }

        return resource;
    }

    private List<Resource> KeepExisting()
    {
        var existing = new List<Resource>(_changes.Count);
        Live.Expect(_changes.Count);
        foreach (ref var change in CollectionsMarshal.AsSpan(_changes))
        {
            if (change.Resource is { } resource)
            {
                existing.Add(resource);
                Live.Put(resource.Revision, change.Bytes);
                ForeignBytes += change.IsForeign ? change.Bytes : 0;
            }
        }

        _changes.Clear();
        _changes.TrimExcess();
        return existing;
    }
}
