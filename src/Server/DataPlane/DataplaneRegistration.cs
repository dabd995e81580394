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

/// <summary>
/// Judges the Dataplane that a proxy brings along as REST would, and stores it (contract §5.1). An inbound or zone listener that is not in
/// rotation yet stays out of it until the proxy listens (<see cref="RotationGate"/>): registering comes before configuring.
/// </summary>
internal sealed class DataplaneRegistration(IResourceStore store, ResourceReader reader, ZoneRegistration registration)
{
    private const string Yaml = "application/yaml";

    /// <summary>A Dataplane that a proxy brings along, as it will be stored but for what is held back.</summary>
    /// <exception cref="AdsProtocolException">It is not valid; the message names every fault.</exception>
    public Resource Read(ProxyKey proxy, string resource)
    {
        try
        {
            return reader.Read(KeyOf(proxy), DataplaneKind.Resource, Encoding.UTF8.GetBytes(resource), Yaml).Resource;
        }
        catch (RestException e)
        {
            var faults = string.Join("; ", e.Violations.Select(v => $"{v.Field}: {v.Message}"));
            throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, $"the dataplane cannot be registered: {(faults.Length > 0 ? faults : e.Detail)}");
        }
    }

    /// <returns>Ports of inbounds and zone listeners that are to be put into rotation when the proxy listens.</returns>
    /// <exception cref="AdsProtocolException">The Dataplane is not valid; the message names every fault.</exception>
    public async ValueTask<IReadOnlyList<uint>> RegisterAsync(ProxyKey proxy, string resource, CancellationToken cancellationToken)
    {
        try
        {
            var dataplane = Read(proxy, resource);
            var known = await store.GetAsync(KeyOf(proxy), cancellationToken);
            var waiting = new List<uint>();
            dataplane = dataplane with { Spec = HoldBack(dataplane.SpecAs<DataplaneSpec>(), known?.Spec as DataplaneSpec, waiting) };
            await registration.RegisterAsync(dataplane, cancellationToken);
            return waiting;
        }
        catch (StoreException e)
        {
            throw new AdsProtocolException(GrpcStatusCode.Unavailable, $"the dataplane cannot be registered: {e.Message}");
        }
    }

    private static ResourceKey KeyOf(ProxyKey proxy) => new(DataplaneKind.Name, proxy.Mesh, proxy.Name);

    private static DataplaneSpec HoldBack(DataplaneSpec wanted, DataplaneSpec? known, List<uint> waiting)
    {
        if (wanted.Networking is not { } networking)
        {
            return wanted;
        }

        var inbounds = networking.Inbound?.Select(inbound =>
        {
            // What a probe decides, and what its owner keeps out, is not ours to hold.
            if (inbound.ServiceProbe is not null || !IsInRotation(inbound))
            {
                return inbound;
            }

            var before = known?.Networking?.Inbound?.FirstOrDefault(other => other.Port == inbound.Port);
            if (before is not null && IsInRotation(before))
            {
                return inbound;
            }

            waiting.Add(inbound.Port);
            return inbound with { State = DataplaneInbound.NotReady };
        }).ToList();
        var listeners = networking.Listeners?.Select(listener =>
        {
            var before = known?.Networking?.Listeners?.FirstOrDefault(other => other.Port == listener.Port && other.Type == listener.Type);
            if (!IsInRotation(listener) || (before is not null && IsInRotation(before)))
            {
                return listener;
            }

            waiting.Add(listener.Port);
            return listener with { State = DataplaneListener.NotReady };
        }).ToList();
        return wanted with { Networking = networking with { Inbound = inbounds, Listeners = listeners } };
    }

    private static bool IsInRotation(DataplaneInbound inbound) => inbound.State is null or "" or DataplaneInbound.Ready;

    private static bool IsInRotation(DataplaneListener listener) => listener.State is null or "" or DataplaneListener.Ready;
}
