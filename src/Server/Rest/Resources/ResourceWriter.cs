using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Rest.Errors;

namespace Mesh.Server.Rest.Resources;

/// <summary>Creates, replaces and deletes resources for callers of the API.</summary>
/// <param name="services">What endpoints work with.</param>
/// <param name="reader">Reads bodies.</param>
/// <param name="meshCreated">Gives a new mesh what every mesh begins with; done before the caller is answered.</param>
/// <param name="isZoneOnline">Whether a zone is connected, or is this one.</param>
internal sealed class ResourceWriter(
    RestServices services, ResourceReader reader, Func<Resource, CancellationToken, ValueTask> meshCreated, Func<string, bool> isZoneOnline)
{
    private const string CreateTitle = "Failed to create a resource";
    private const string DeleteTitle = "Could not delete a resource";
    private const string UpdateTitle = "Failed to update a resource";

    public async ValueTask<WrittenResource> PutAsync(
        ResourceDescriptor descriptor, string mesh, string name, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(descriptor.Kind, mesh, name);
        var wanted = reader.Read(key, descriptor, body, contentType);
        for (var attempt = 0; ; attempt++)
        {
            var current = await services.Store.GetAsync(key, cancellationToken);
            try
            {
                if (current is null)
                {
                    await CreateAsync(wanted, cancellationToken);
                }
                else
                {
                    services.Scope.DemandOwn(current);
                    await services.Store.UpdateAsync(
                        wanted.Resource with { Version = current.Version, Status = current.Status, Owner = current.Owner }, cancellationToken);
                }

                return new WrittenResource(current is null, wanted.Warnings, wanted.Notices);
            }
            catch (StoreException e) when (e is ResourceExistsException or ResourceNotFoundException or ResourceConflictException
                && attempt < services.Settings.Store.Upsert.ConflictRetryMaxTimes)
            {
                // Someone else wrote it meanwhile (a status, as a rule): what the caller wants holds for the new version too.
            }
            catch (ResourceOwnerMissingException)
            {
                throw RestException.NotFound("Failed to retrieve Mesh");
            }
            catch (StoreException e)
            {
                throw Map(e, current is null ? CreateTitle : UpdateTitle);
            }
        }
    }

    public async ValueTask DeleteAsync(ResourceDescriptor descriptor, string mesh, string name, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(descriptor.Kind, mesh, name);
        var current = await services.Store.GetAsync(key, cancellationToken) ?? throw RestException.NotFound(DeleteTitle);
        services.Scope.DemandOwn(current);
        if (descriptor.Kind == MeshKind.Name)
        {
            await DemandNoDataplanesAsync(name, cancellationToken);
        }

        if (descriptor.Kind == ZoneKind.Name && !services.Settings.Store.UnsafeDelete && isZoneOnline(name))
        {
            throw RestException.Invalid(DeleteTitle, "zone", "unable to delete Zone, Zone CP is still connected, please shut it down first");
        }

        try
        {
            await services.Store.DeleteAsync(key, null, cancellationToken);
        }
        catch (StoreException e)
        {
            throw Map(e, DeleteTitle);
        }
    }

    private async ValueTask CreateAsync(ReadResource wanted, CancellationToken cancellationToken)
    {
        if (wanted.CreationFault is { } fault)
        {
            throw fault;
        }

        var created = await services.Store.CreateAsync(wanted.Resource, cancellationToken);
        if (created.Kind == MeshKind.Name)
        {
            await meshCreated(created, cancellationToken);
        }
    }

    /// <summary>A mesh with dataplanes carries traffic: they must go first.</summary>
    private async ValueTask DemandNoDataplanesAsync(string mesh, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Kind = DataplaneKind.Name, Mesh = mesh, Size = 1 };
        if ((await services.Store.ListAsync(query, cancellationToken)).Total > 0)
        {
            throw RestException.Invalid(DeleteTitle, "mesh", "unable to delete mesh, there are still some dataplanes attached");
        }
    }

    private static RestException Map(StoreException e, string title) => e switch
    {
        ResourceNotFoundException => RestException.NotFound(title),
        ResourceConflictException or ResourceExistsException => new RestException(409, title, "Resource conflict: " + e.Message),
        StoreUnavailableException => new RestException(503, title, e.Message),
        _ => new RestException(500, title, "Internal Server Error"),
    };
}
