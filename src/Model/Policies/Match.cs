namespace Mesh.Model.Policies;

/// <summary>Which peers a rule is about; all fields that are given must hold (contract §2.6).</summary>
public sealed record Match
{
    /// <summary>SPIFFE id of the peer.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("spiffeID")]
    public SpiffeIdMatch? SpiffeId { get; init; }

    /// <summary>Server name that the peer asked for.</summary>
    public SniMatch? Sni { get; init; }
}
