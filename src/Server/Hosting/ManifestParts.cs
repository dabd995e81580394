using Mesh.Engine;
using Mesh.Engine.Persistence;
using Mesh.Stores.Manifests;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>Keeps beside the embedded store what proxies are given, so that they are recognised after a restart (decision 0008).</summary>
internal sealed class ManifestParts : IAsyncDisposable
{
    private const string Folder = "manifests";

    private readonly ManifestRecorder _recorder;

    private ManifestParts(ManifestArchive archive, ManifestRecorder recorder)
    {
        Archive = archive;
        _recorder = recorder;
    }

    /// <summary>What is known of proxies.</summary>
    public IManifestArchive Archive { get; }

    /// <summary>Begins to record. Null: it is not to be, or cannot be kept.</summary>
    public static ManifestParts? Start(HostedParts host, ResourceEngine engine)
    {
        var settings = host.Settings.Store;
        if (settings.Type == "memory" || !settings.RecordManifests)
        {
            return null;
        }

        var path = Path.Combine(settings.DataDir, Folder);
        var archive = ManifestArchive.Open(path, host.Store.StoreId, host.Clock, host.Loggers.CreateLogger<ManifestArchive>());
        if (archive is null)
        {
            return null;
        }

        var logger = host.Loggers.CreateLogger<ManifestParts>();
        return new ManifestParts(archive, new ManifestRecorder(engine, archive, host.Clock, fault => Tell(logger, path, fault)));
    }

    /// <summary>Writes what waits, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _recorder.DisposeAsync();
        await Archive.DisposeAsync();
    }

    private static void Tell(ILogger logger, string path, Exception? fault)
    {
        if (fault is null)
        {
            HostingLog.ManifestsWritten(logger, path);
        }
        else
        {
            HostingLog.ManifestsNotWritten(logger, path, fault.Message);
        }
    }
}
