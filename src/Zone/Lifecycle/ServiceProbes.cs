using Mesh.Model.Kinds;

namespace Mesh.Zone.Lifecycle;

/// <summary>Inbounds whose application Envoy probes (contract §5.4): what the probe found is their state. Pure.</summary>
public static class ServiceProbes
{
    /// <summary>
    /// A Dataplane as it is registered: a probed inbound takes no traffic until a probe succeeded, unless it was registered
    /// before and a probe has spoken since.
    /// </summary>
    /// <param name="wanted">The Dataplane as its owner wrote it.</param>
    /// <param name="known">The Dataplane as it is registered, or null.</param>
    public static DataplaneSpec Register(DataplaneSpec wanted, DataplaneSpec? known)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Map(wanted, inbound =>
        {
            if (inbound.ServiceProbe is null)
            {
                return inbound;
            }

            var before = known?.Networking?.Inbound?.FirstOrDefault(other => other.Port == inbound.Port && other.ServiceProbe is not null);
            return before is null ? With(inbound, isReady: false) : inbound with { State = before.State, Health = before.Health };
        });
    }

    /// <summary>A Dataplane after probes of some of its inbounds.</summary>
    /// <param name="dataplane">The Dataplane as it is registered.</param>
    /// <param name="isReady">What a probe found for the inbound of a port; null: nothing new.</param>
    public static DataplaneSpec Report(DataplaneSpec dataplane, Func<DataplaneInbound, bool?> isReady)
    {
        ArgumentNullException.ThrowIfNull(dataplane);
        ArgumentNullException.ThrowIfNull(isReady);
        return Map(dataplane, inbound => inbound.ServiceProbe is not null && isReady(inbound) is { } found ? With(inbound, found) : inbound);
    }

    private static DataplaneInbound With(DataplaneInbound inbound, bool isReady) => inbound with
    {
        State = isReady ? null : DataplaneInbound.NotReady,
        Health = new InboundHealth { Ready = isReady },
    };

    private static DataplaneSpec Map(DataplaneSpec dataplane, Func<DataplaneInbound, DataplaneInbound> change)
    {
        if (dataplane.Networking is not { Inbound: { } inbounds } networking)
        {
            return dataplane;
        }

        var changed = inbounds.Select(change).ToList();
        return changed.SequenceEqual(inbounds) ? dataplane : dataplane with { Networking = networking with { Inbound = changed } };
    }
}
