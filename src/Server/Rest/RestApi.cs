using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Endpoints;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Rest.Routing;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rest;

/// <summary>Puts the endpoints of the API together.</summary>
internal static class RestApi
{
    public static RestRouter Create(RestServices services, Authenticator authenticator, ResourceWriter writer, ILoggerFactory loggers)
    {
        var router = new RestRouter(authenticator, loggers.CreateLogger("Mesh.Rest"));
        new IndexEndpoints(services).Map(router);
        new ResourceEndpoints(services, writer).Map(router);
        new KriEndpoint(services).Map(router);
        return router;
    }
}
