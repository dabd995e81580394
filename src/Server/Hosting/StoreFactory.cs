using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Server.Settings;
using Mesh.Stores.Embedded;
using Mesh.Stores.Memory;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>Opens the store that the settings name.</summary>
internal static class StoreFactory
{
    /// <exception cref="SettingsException">It cannot be opened; a damaged store says where.</exception>
    public static async Task<IResourceStore> OpenAsync(
        StoreSettings settings, ResourceCatalog catalog, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (settings.Type == "memory")
        {
            return new MemoryStore(clock);
        }

        try
        {
            var options = new EmbeddedStoreOptions { DataDirectory = settings.DataDir };
            return await EmbeddedStore.OpenAsync(options, catalog, ModelJson.Options, clock, loggers.CreateLogger<EmbeddedStore>(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException or StoreDamagedException)
        {
            throw new SettingsException([$"store.dataDir {settings.DataDir}: {e.Message}"]);
        }
    }
}
