namespace Mesh.Zone.Insights;

/// <summary>Counts of a whole control plane, as <c>GET /global-insight</c> shows them (contract §1.10).</summary>
public sealed record GlobalInsight
{
    /// <summary>When it was counted (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Services by sort.</summary>
    public required GlobalServices Services { get; init; }

    /// <summary>Zones and their proxies.</summary>
    public required GlobalZones Zones { get; init; }

    /// <summary>Proxies by sort.</summary>
    public required GlobalDataplanes Dataplanes { get; init; }

    /// <summary>Policies.</summary>
    public required GlobalTotal Policies { get; init; }

    /// <summary>Meshes.</summary>
    public required GlobalTotal Meshes { get; init; }

    /// <summary>Resources by kind.</summary>
    public required IReadOnlyDictionary<string, GlobalTotal> Resources { get; init; }
}

/// <summary>A count.</summary>
public sealed record GlobalTotal(uint Total);

/// <summary>A count with how many are connected.</summary>
public sealed record GlobalOnline(uint Online, uint Total);

/// <summary>A count by state; zeros are written.</summary>
public sealed record GlobalStates(uint Online, uint Offline, uint PartiallyDegraded, uint Total);

/// <summary>Services by sort.</summary>
public sealed record GlobalServices(GlobalStates Internal, GlobalTotal External, GlobalStates GatewayDelegated);

/// <summary>Zones and zone proxies.</summary>
public sealed record GlobalZones(GlobalOnline ControlPlanes, GlobalOnline ZoneIngresses, GlobalOnline ZoneEgresses);

/// <summary>Proxies by sort.</summary>
public sealed record GlobalDataplanes(GlobalStates Standard, GlobalStates GatewayDelegated);
