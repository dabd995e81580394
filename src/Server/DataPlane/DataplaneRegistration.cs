using System.Text;
using Mesh.Model.Kinds;
using Mesh.Protocol.Ads;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Resources;
using Mesh.Zone.Ingest;

namespace Mesh.Server.DataPlane;

/// <summary>Stores the Dataplane that a proxy brings along when it connects (contract §5.1).</summary>
internal sealed class DataplaneRegistration(ResourceWriter writer)
{
    private const string Yaml = "application/yaml";

    /// <exception cref="AdsProtocolException">The Dataplane is not valid; the message names every fault.</exception>
    public async ValueTask RegisterAsync(ProxyKey proxy, string resource, CancellationToken cancellationToken)
    {
        try
        {
            var body = Encoding.UTF8.GetBytes(resource);
            await writer.PutAsync(DataplaneKind.Resource, proxy.Mesh, proxy.Name, body, Yaml, cancellationToken);
        }
        catch (RestException e)
        {
            var faults = string.Join("; ", e.Violations.Select(v => $"{v.Field}: {v.Message}"));
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, $"the dataplane cannot be registered: {(faults.Length > 0 ? faults : e.Detail)}");
        }
    }
}
