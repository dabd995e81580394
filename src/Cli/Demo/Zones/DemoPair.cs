namespace Mesh.Cli.Demo.Zones;

/// <summary>An application and its sidecar, which end together.</summary>
internal sealed class DemoPair(IAsyncDisposable application, IAsyncDisposable sidecar) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await sidecar.DisposeAsync();
        await application.DisposeAsync();
    }
}
