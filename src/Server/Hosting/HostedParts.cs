using Mesh.Identity.Secrets;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Rest;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>What every role of a control plane is built on.</summary>
/// <param name="Settings">Settings in effect.</param>
/// <param name="Store">Where its resources live.</param>
/// <param name="Catalog">Kinds that it knows.</param>
/// <param name="Keys">Keys of tokens.</param>
/// <param name="Instance">Who it is.</param>
/// <param name="Certificates">Certificates of its ports.</param>
/// <param name="Clock">Its time.</param>
/// <param name="Loggers">Where it logs.</param>
/// <param name="Meters">What the names of its meters begin with; those of <c>Mesh</c> are exported.</param>
internal sealed record HostedParts(
    ControlPlaneSettings Settings,
    IResourceStore Store,
    ResourceCatalog Catalog,
    TokenKeys Keys,
    InstanceIdentity Instance,
    ServerCertificates Certificates,
    TimeProvider Clock,
    ILoggerFactory Loggers,
    string Meters = "Mesh");
