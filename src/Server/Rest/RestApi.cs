using Mesh.Identity.Secrets;
using Mesh.Server.Hosting;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Endpoints;
using Mesh.Server.Rest.Inspect;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Rest.Routing;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rest;

/// <summary>Puts the endpoints of the API together.</summary>
internal static class RestApi
{
    public static RestRouter Create(RestServices services, Authenticator authenticator, ResourceWriter writer, TokenKeys keys, IControlPlaneRole role, ILoggerFactory loggers)
    {
        var router = new RestRouter(authenticator, loggers.CreateLogger("Mesh.Rest"));
        var inspectors = new MeshInspectors(services);
        new IndexEndpoints(services).Map(router);
        new ResourceEndpoints(services, writer).Map(router);
        new KriEndpoint(services).Map(router);
        new TokenEndpoints(services, keys).Map(router);
        new InspectEndpoints(services, inspectors).Map(router);
        new ProxyConfigEndpoint(services, role.Proxies).Map(router);
        new EnvoyAdminEndpoints(services, role.Proxies).Map(router);
        new SelectionEndpoints(services).Map(router);
        new HostnameEndpoint(services, inspectors).Map(router);
        new GlobalInsightEndpoints(services).Map(router);
        if (role.Serving is { } serving)
        {
            new ConvergenceEndpoints(services, serving).Map(router);
            new StreamEndpoints(services, serving).Map(router);
        }

        if (role.Global is { } global)
        {
            new ZoneSyncEndpoints(services, global).Map(router);
        }

        return router;
    }
}
