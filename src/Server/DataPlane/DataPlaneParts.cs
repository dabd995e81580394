using Mesh.Engine;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Bootstrap;

namespace Mesh.Server.DataPlane;

/// <summary>What the port of proxies works with.</summary>
/// <param name="InstanceId">This process, as responses name it.</param>
/// <param name="Meters">What the names of its meters begin with.</param>
/// <param name="Engine">Snapshots to serve.</param>
/// <param name="Streams">Where streams are listed.</param>
/// <param name="Authenticator">Who may open streams.</param>
/// <param name="Registry">Is told of proxies.</param>
/// <param name="HealthChecks">What proxies are to check.</param>
/// <param name="Dataplanes">Dataplanes for bootstraps.</param>
/// <param name="Tokens">Tokens for bootstraps.</param>
/// <param name="Rotation">Takes proxies that announce their leaving out of rotation.</param>
/// <param name="IsOpen">Whether proxies are let in; until then they are told to come again.</param>
internal sealed record DataPlaneParts(
    string InstanceId,
    string Meters,
    ResourceEngine Engine,
    AdsStreams Streams,
    IStreamAuthenticator Authenticator,
    IProxyRegistry Registry,
    IHealthCheckSource HealthChecks,
    IBootstrapDataplanes Dataplanes,
    IDataplaneTokenValidator Tokens,
    ProxyRotation Rotation,
    Func<bool> IsOpen);
