using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;
using Mesh.Stores.Indexing;
using Microsoft.Extensions.Logging;

namespace Mesh.Stores.Embedded;

/// <summary>
/// The default store: a log on disk and everything in memory. Writes are appended to the log and flushed together;
/// reads and watches are served from memory. One process per data directory.
/// </summary>
public sealed class EmbeddedStore : IResourceStore
{
    private readonly IStorageFolder _folder;
    private readonly ResourceTable _table;
    private readonly StoreWriter _writer;
    private int _closed;

    private EmbeddedStore(IStorageFolder folder, ResourceTable table, StoreWriter writer, Guid id)
    {
        (_folder, _table, _writer) = (folder, table, writer);
        StoreId = id;
    }

    /// <inheritdoc/>
    public long Revision => _table.State.Revision;

    /// <inheritdoc/>
    public Guid StoreId { get; }

    /// <summary>Why writes are refused now, e.g. a full disk; null when they are taken.</summary>
    public string? Trouble => _writer.Trouble;

    /// <summary>Number of the log in use, for tests of compaction.</summary>
    internal int Generation => _writer.Generation;

    /// <summary>Opens the store of a data directory; makes it where there is none.</summary>
    /// <param name="options">Where it is and how it behaves.</param>
    /// <param name="catalog">Kinds of resources.</param>
    /// <param name="json">How specs and statuses become JSON.</param>
    /// <param name="clock">Source of creation and modification times.</param>
    /// <param name="logger">Told what recovery and compaction did, and when writing fails and works again.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <exception cref="StoreUnavailableException">Another process holds the directory, or it cannot be written.</exception>
    /// <exception cref="StoreDamagedException">Something that was confirmed is no longer there as it was written.</exception>
    public static Task<EmbeddedStore> OpenAsync(
        EmbeddedStoreOptions options,
        ResourceCatalog catalog,
        JsonSerializerOptions json,
        TimeProvider clock,
        ILogger<EmbeddedStore> logger,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Open(new DiskFolder(options.DataDirectory), options, catalog, json, clock, logger), cancellationToken);
    }

    /// <summary>Opens the store of a folder, which it disposes of.</summary>
    internal static EmbeddedStore Open(
        IStorageFolder folder, EmbeddedStoreOptions options, ResourceCatalog catalog, JsonSerializerOptions json, TimeProvider clock, ILogger logger)
    {
        try
        {
            var codec = new ChangeCodec(catalog, json);
            var opened = StoreRecovery.Open(folder, codec, logger);
            var table = new ResourceTable(options.KeptDeletions);
            table.StartFrom(opened.Content.State, opened.Content.Existing, opened.Content.Deleted, opened.Header.Revision);
            return new EmbeddedStore(folder, table, new StoreWriter(folder, options, opened, table, codec, clock, logger), opened.Header.StoreId);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            folder.Dispose();
            throw new StoreUnavailableException($"the data directory {folder.Path} cannot be used: {fault.Message}", fault);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_table.State.Find(key));

    /// <inheritdoc/>
    public ValueTask<ResourceList> ListAsync(ResourceQuery query, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_table.List(query));

    /// <inheritdoc/>
    public ValueTask<Resource> CreateAsync(Resource resource, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(new StoreWrite.Create(resource), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Resource> UpdateAsync(Resource resource, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(new StoreWrite.Update(resource), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(ResourceKey key, long? expectedVersion = null, CancellationToken cancellationToken = default) =>
        await _writer.WriteAsync(new StoreWrite.Delete(key, expectedVersion), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public IAsyncEnumerable<ResourceChange> WatchAsync(long afterRevision, CancellationToken cancellationToken = default) =>
        _table.WatchAsync(afterRevision, cancellationToken);

    /// <summary>Finishes the writes that wait, ends the watches, and lets the data directory go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _writer.CloseAsync().ConfigureAwait(false);
        _table.Close();
        _folder.Dispose();
    }
}
