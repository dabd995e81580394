using Mesh.Stores.Embedded;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;
using Microsoft.Extensions.Logging;

namespace Mesh.Stores.Manifests;

/// <summary>What was read from a folder of manifests, and the log to go on with.</summary>
internal sealed record OpenedManifests(LogSegment Segment, Dictionary<string, StoredManifest> Manifests);

/// <summary>
/// Opens a folder of manifests. What is broken, of another store or of an unknown format is set aside under another name, and
/// an empty log begun: nothing is lost by that but a quicker start.
/// </summary>
internal static class ManifestRecovery
{
    /// <summary>What names of files end with that were set aside; an earlier one of the same name is replaced.</summary>
    public const string AsideSuffix = ".damaged";

    private const int FirstGeneration = 1;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static OpenedManifests Open(IStorageFolder folder, Guid storeId, ILogger logger)
    {
        try
        {
            if (TryContinue(folder, storeId, logger) is { } opened)
            {
                return opened;
            }
        }
        catch (Exception fault) when (fault is StoreDamagedException or FormatException)
        {
            ManifestLog.SetAside(
                logger, folder.Path, fault is StoreDamagedException damage ? $"{damage.File}, byte {damage.Position}: {damage.Reason}" : fault.Message);
            SetAside(folder);
        }

        return Create(folder, storeId);
    }

    /// <summary>Reads the log in use; null when there is none.</summary>
    private static OpenedManifests? TryContinue(IStorageFolder folder, Guid storeId, ILogger logger)
    {
        var current = StoreFiles.ReadCurrent(folder);
        if (current is null)
        {
            StoreRecovery.RefuseOrphans(folder);
        }

        foreach (var stray in StoreFiles.Logs(folder).Where(name => current is null || name != StoreFiles.LogName(current.Value)))
        {
            // Begun and never put in use, or out of use.
            folder.Delete(stray);
        }

        if (current is not { } generation)
        {
            return null;
        }

        var name = StoreFiles.LogName(generation);
        var path = Path.Combine(folder.Path, name);
        if (!folder.List().Contains(name))
        {
            throw new StoreDamagedException(path, 0, "it is missing");
        }

        var manifests = new Dictionary<string, StoredManifest>(StringComparer.Ordinal);
        var file = folder.Open(name);
        try
        {
            LogHeader? header = null;
            var content = new LogReader(file, path, -1, page =>
            {
                using (page)
                {
                    foreach (var entry in page.Entries)
                    {
                        Take(entry.Kind, entry.Body.Span, ref header, manifests);
                    }
                }
            }).Read();
            if (header is not { } known || known.Generation != generation)
            {
                throw new StoreDamagedException(path, LogFormat.Begin, "its header is missing or of another log");
            }

            if (known.StoreId != storeId)
            {
                throw new StoreDamagedException(path, LogFormat.Begin, $"it belongs to store {known.StoreId}, not to {storeId}");
            }

            ManifestLog.Recovered(logger, folder.Path, manifests.Count, content.Tail);
            return new OpenedManifests(LogSegment.Continue(file, generation, content), manifests);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Take(RecordKind kind, ReadOnlySpan<byte> body, ref LogHeader? header, Dictionary<string, StoredManifest> manifests)
    {
        if (header is null)
        {
            header = kind == RecordKind.Header ? LogHeader.Read(body) : throw new FormatException("the first entry is no header");
            return;
        }

        ManifestCodec.Read(body, manifests);
    }

    private static OpenedManifests Create(IStorageFolder folder, Guid storeId)
    {
        var segment = LogSegment.Begin(folder.Open(StoreFiles.LogName(FirstGeneration)), new LogHeader(storeId, FirstGeneration, 0));
        try
        {
            segment.Commit();
            folder.Sync();
            StoreFiles.WriteCurrent(folder, FirstGeneration);
            return new OpenedManifests(segment, new Dictionary<string, StoredManifest>(StringComparer.Ordinal));
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>The name of the log in use goes last: a crash in between finds the rest and comes here again.</summary>
    private static void SetAside(IStorageFolder folder)
    {
        foreach (var name in StoreFiles.Logs(folder).Append(StoreFiles.Current))
        {
            if (folder.List().Contains(name))
            {
                folder.Move(name, name + AsideSuffix);
            }
        }

        folder.Sync();
    }
}
