namespace Mesh.Zone.Sync;

/// <summary>A sync that a zone does not follow, because it would take away too much of what the zone got from Global.</summary>
public sealed record SyncHold
{
    /// <summary>Since when syncs of this kind have been held back.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What the zone has from Global.</summary>
    public required int Stored { get; init; }

    /// <summary>How much of it would go.</summary>
    public required int Lost { get; init; }

    /// <summary>How much of the zone's own would go with its meshes.</summary>
    public int Own { get; init; }

    /// <summary>How much of each kind would go.</summary>
    public required IReadOnlyDictionary<string, int> Kinds { get; init; }

    /// <summary>Cluster id of the Global that the zone followed before, where the new one has another; else null.</summary>
    public string? FormerCluster { get; init; }

    /// <summary>An operator has said that the next sync is to be followed.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>What both logs and ZoneInsight show.</summary>
    public string Describe(string zone)
    {
        var kinds = string.Join(", ", Kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key} {k.Value}"));
        var cluster = FormerCluster is null ? "" : $"; Global is not the one that the zone followed before (cluster {FormerCluster})";
        var own = Own == 0 ? "" : $", and {Own} of its own with their meshes";
        return $"held back by zone {zone}: the sync would take away {Lost} of the {Stored} resources that it got from Global ({kinds}){own}{cluster}; " +
            $"follow it with `mesh zone accept`";
    }
}
