using Mesh.Model.Kinds;

namespace Mesh.Zone.Insights;

/// <summary>Counts proxies by state.</summary>
internal sealed class DataplaneTally
{
    private uint _online;
    private uint _offline;
    private uint _degraded;

    /// <summary>Counts one.</summary>
    public void Add(ProxyState state)
    {
        switch (state)
        {
            case ProxyState.Online:
                _online++;
                break;
            case ProxyState.PartiallyDegraded:
                _degraded++;
                break;
            default:
                _offline++;
                break;
        }
    }

    /// <summary>The counts.</summary>
    public DataplaneStat ToStat() => new() { Total = _online + _offline + _degraded, Online = _online, Offline = _offline, PartiallyDegraded = _degraded };
}
