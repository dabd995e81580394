using Mesh.Model.Stores;
using Mesh.Server.Settings;
using Mesh.Stores.Memory;

namespace Mesh.Server.Hosting;

/// <summary>Opens the store that the settings name.</summary>
internal static class StoreFactory
{
    /// <exception cref="SettingsException">It cannot be opened.</exception>
    public static IResourceStore Open(ControlPlaneSettings settings, TimeProvider clock) => settings.Store.Type switch
    {
        "memory" => new MemoryStore(clock),
        _ => throw new SettingsException([$"store.type: {settings.Store.Type} is not available"]),
    };
}
