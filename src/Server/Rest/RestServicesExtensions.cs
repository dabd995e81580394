using Mesh.Model.Resources;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest;

/// <summary>Questions that many endpoints ask.</summary>
internal static class RestServicesExtensions
{
    /// <summary>The mesh of the path must exist.</summary>
    /// <exception cref="RestException">It does not.</exception>
    public static async ValueTask DemandMeshAsync(this RestServices services, RestRequest request)
    {
        if (await services.Store.GetAsync(new ResourceKey("Mesh", "", request["mesh"]), request.Aborted) is null)
        {
            throw RestException.NotFound("Failed to retrieve Mesh");
        }
    }
}
