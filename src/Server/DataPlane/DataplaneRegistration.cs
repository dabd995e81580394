using System.Text;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Ads;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Resources;
using Mesh.Zone.Ingest;
using ZoneRegistration = Mesh.Zone.Lifecycle.DataplaneRegistration;

namespace Mesh.Server.DataPlane;

/// <summary>Judges the Dataplane that a proxy brings along as REST would, and stores it (contract §5.1).</summary>
internal sealed class DataplaneRegistration(ResourceReader reader, ZoneRegistration registration)
{
    private const string Yaml = "application/yaml";

    /// <exception cref="AdsProtocolException">The Dataplane is not valid; the message names every fault.</exception>
    public async ValueTask RegisterAsync(ProxyKey proxy, string resource, CancellationToken cancellationToken)
    {
        try
        {
            var key = new ResourceKey(DataplaneKind.Name, proxy.Mesh, proxy.Name);
            var dataplane = reader.Read(key, DataplaneKind.Resource, Encoding.UTF8.GetBytes(resource), Yaml).Resource;
            await registration.RegisterAsync(dataplane, cancellationToken);
        }
        catch (RestException e)
        {
            var faults = string.Join("; ", e.Violations.Select(v => $"{v.Field}: {v.Message}"));
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, $"the dataplane cannot be registered: {(faults.Length > 0 ? faults : e.Detail)}");
        }
        catch (StoreException e)
        {
            throw new AdsProtocolException(GrpcStatusCode.Unavailable, $"the dataplane cannot be registered: {e.Message}");
        }
    }
}
