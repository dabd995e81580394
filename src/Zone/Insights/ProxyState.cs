using Mesh.Model.Kinds;

namespace Mesh.Zone.Insights;

/// <summary>What a proxy is worth at the moment, as lists and counts show it.</summary>
public enum ProxyState
{
    /// <summary>Not connected, or connected without an inbound that can take traffic.</summary>
    Offline,

    /// <summary>Connected, but some inbounds cannot take traffic.</summary>
    PartiallyDegraded,

    /// <summary>Connected, and every inbound can take traffic.</summary>
    Online,
}

/// <summary>Reads the state of a proxy off its Dataplane and DataplaneInsight. Pure.</summary>
public static class ProxyStates
{
    /// <summary>The state of a proxy.</summary>
    public static ProxyState Of(DataplaneSpec dataplane, DataplaneInsightSpec? insight)
    {
        ArgumentNullException.ThrowIfNull(dataplane);
        var (all, down) = Inbounds(dataplane);
        if (!IsConnected(insight) || (down > 0 && down == all))
        {
            return ProxyState.Offline;
        }

        return down > 0 ? ProxyState.PartiallyDegraded : ProxyState.Online;
    }

    /// <summary>What of a Dataplane its proxy's state depends on: how many inbounds it has, and how many of them cannot take traffic.</summary>
    internal static (int All, int Down) Inbounds(DataplaneSpec dataplane)
    {
        var inbounds = dataplane.Networking?.Inbound ?? [];
        return (inbounds.Count, inbounds.Count(inbound => !IsReady(inbound)));
    }

    /// <summary>True while a stream of the proxy is open.</summary>
    public static bool IsConnected(DataplaneInsightSpec? insight) =>
        insight?.Subscriptions is { Count: > 0 } subscriptions
        && subscriptions.Any(subscription => subscription is { ConnectTime: not null, DisconnectTime: null });

    /// <summary>True when the proxy has a certificate of a workload identity.</summary>
    public static bool HasCertificate(DataplaneInsightSpec? insight) => insight?.Mtls?.IssuedBackend is { Length: > 0 };

    /// <summary>True when an inbound can take traffic (contract §3.6).</summary>
    public static bool IsReady(DataplaneInbound inbound)
    {
        ArgumentNullException.ThrowIfNull(inbound);
        return inbound.State is null or "" or DataplaneInbound.Ready && inbound.Health is null or { Ready: true };
    }
}
