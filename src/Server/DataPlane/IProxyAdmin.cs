using System.Text.Json.Nodes;
using Mesh.Model.Resources;

namespace Mesh.Server.DataPlane;

/// <summary>What is known only where a proxy is connected. A zone asks the proxy itself, Global asks the zone.</summary>
internal interface IProxyAdmin
{
    /// <summary>Asks the Envoy of a proxy.</summary>
    /// <exception cref="EnvoyAdminException">There is no answer; the message says why.</exception>
    Task<ReadOnlyMemory<byte>> AskAsync(Resource dataplane, ProxyQuestion question, CancellationToken cancellationToken);

    /// <summary>What the control plane of the proxy configures it with; null: the proxy was never seen there.</summary>
    /// <exception cref="EnvoyAdminException">There is no answer; the message says why.</exception>
    Task<JsonObject?> ConfigAsync(string mesh, string dataplane, CancellationToken cancellationToken);
}
