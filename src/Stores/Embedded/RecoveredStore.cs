using System.Collections.Concurrent;
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

    // One in so many changes of a kind and mesh may have been replaced for their blocks to stay.
    private const int MostReplaced = 3;

    private readonly Queue<Task<PageDecoder>> _decoding = new();
    private readonly ConcurrentBag<PageDecoder> _decoders = [];
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

        var trees = PlacesByKindAndMesh()
            .Select(place => (place.Key.Kind, place.Key.Mesh, Resources: Settle([.. place.Value])))
            .Where(tree => !tree.Resources.IsEmpty)
            .ToList();

        // What is to be done in order of names and in order of the log goes side by side.
        var building = Task.Run(() => trees.ConvertAll(tree => (tree.Kind, tree.Mesh, NameTree.Of(tree.Resources.Span))));
        var existing = KeepExisting();
        var owned = StoreState.OwnedAmong(existing);
        State = StoreState.Of(building.GetAwaiter().GetResult(), owned, _lastRevision ?? Header?.Revision ?? 0);
        Existing = existing;
    }

    /// <summary>Where the changes of each kind and mesh stand, ascending.</summary>
    private Dictionary<(string Kind, string Mesh), List<int>> PlacesByKindAndMesh()
    {
        var all = new Dictionary<(string Kind, string Mesh), List<int>>();
        (string Kind, string Mesh) last = default;
        List<int> places = [];
        for (var i = 0; i < _changes.Count; i++)
        {
            // Mostly the same texts as of the change before, and the same objects.
            var place = _changes[i].Place;
            if (!ReferenceEquals(place.Kind, last.Kind) || !ReferenceEquals(place.Mesh, last.Mesh))
            {
                places = CollectionsMarshal.GetValueRefOrAddDefault(all, place, out _) ??= [];
                last = place;
            }

            places.Add(i);
        }

        return all;
    }

    private PageDecoder Decode(LogPage page)
    {
        var decoder = _decoders.TryTake(out var free) ? free : new PageDecoder(codec, path);
        decoder.Decode(page);
        return decoder;
    }

    private void Gather(Task<PageDecoder> page)
    {
        var decoder = page.GetAwaiter().GetResult();
        var changes = decoder.Changes;
        Header ??= decoder.Header;
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

        _decoders.Add(decoder);
    }

    /// <summary>Settles what became of each name of a kind and mesh.</summary>
    /// <param name="places">Where its changes stand, ascending.</param>
    /// <returns>What exists of it, by name.</returns>
    private ReadOnlyMemory<Resource> Settle(int[] places)
    {
        var repeats = NameOrder.Sort(places, place => CollectionsMarshal.AsSpan(_changes)[place].Name);
        var changes = CollectionsMarshal.AsSpan(_changes);
        var existing = new Resource[places.Length];
        var count = 0;

        // Blocks would hold what has been replaced as long as what has not: it leaves them where it is not worth them.
        var blocks = repeats.AsSpan().Count(true) > places.Length / MostReplaced ? new BlockBuilder() : null;
        for (var start = 0; start < places.Length;)
        {
            var end = start + 1;
            while (end < places.Length && repeats[end])
            {
                end++;
            }

            if (Settle(changes, places.AsSpan(start..end)) is { } resource)
            {
                if (blocks?.Move(resource) is { } moved)
                {
                    changes[places[end - 1]] = changes[places[end - 1]].With(moved);
                    resource = moved;
                }

                existing[count++] = resource;
            }

            start = end;
        }

        return existing.AsMemory(0, count);
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
