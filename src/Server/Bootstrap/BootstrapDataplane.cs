namespace Mesh.Server.Bootstrap;

/// <summary>What a bootstrap needs to know about a Dataplane.</summary>
public sealed record BootstrapDataplane
{
    /// <summary>Labels of the resource.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary><c>networking.address</c>.</summary>
    public required string Address { get; init; }

    /// <summary><c>networking.admin.port</c>; 0: not named.</summary>
    public uint AdminPort { get; init; }

    /// <summary>Ports on which the proxy listens for the application's callers and the application.</summary>
    public IReadOnlyList<(string Field, string Address, uint Port)> Listens { get; init; } = [];
}
