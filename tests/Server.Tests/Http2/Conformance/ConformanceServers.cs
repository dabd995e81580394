using Mesh.Server.Tests.Ads;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>A server with TLS and one without.</summary>
public sealed class ConformanceServers : IAsyncLifetime
{
    internal AdsServer Plain { get; private set; } = null!;

    internal AdsServer Tls { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plain = await AdsServer.StartAsync(AdsTransport.Sockets);
        Tls = await AdsServer.StartAsync(AdsTransport.Sockets, tls: true);
    }

    public async ValueTask DisposeAsync()
    {
        await AdsServer.UntilAsync(() => Plain.BufferedBytes == 0 && Tls.BufferedBytes == 0);
        await Plain.DisposeAsync();
        await Tls.DisposeAsync();
    }
}
