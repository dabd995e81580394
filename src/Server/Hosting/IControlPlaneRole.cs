using Mesh.Model.Resources;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds.Zone;

namespace Mesh.Server.Hosting;

/// <summary>What a control plane does besides answering its API: the work of a zone, or that of Global.</summary>
internal interface IControlPlaneRole : IAsyncDisposable
{
    /// <summary>What is known only where a proxy is connected.</summary>
    IProxyAdmin Proxies { get; }

    /// <summary>How proxies are served here; null: none connect here.</summary>
    ProxyServing? Serving { get; }

    /// <summary>A zone's connection to its Global; null: there is no Global above.</summary>
    GlobalSide? Global { get; }

    /// <summary>Everything that a client may ask for is there. May become true after the start.</summary>
    bool IsReady { get; }

    /// <summary>The port of proxies; null: it has none.</summary>
    Uri? ProxiesAddress { get; }

    /// <summary>The port of zones; null: it has none.</summary>
    Uri? ZonesAddress { get; }

    /// <summary>Begins the work that no client of the API waits for. Called once, when they are let in.</summary>
    void Begin();

    /// <summary>Gives a new mesh what every mesh begins with.</summary>
    ValueTask CompleteMeshAsync(Resource mesh, CancellationToken cancellationToken);

    /// <summary>Whether a zone is connected, or is this one.</summary>
    bool IsZoneOnline(string zone);
}
