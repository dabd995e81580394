namespace Mesh.Identity.Certificates;

/// <summary>When certificates are replaced.</summary>
public static class LeafSchedule
{
    /// <summary>How long a workload's certificate is valid where nothing else is asked: five days (contract §3.9).</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(5);

    /// <summary>Shortest validity that is issued.</summary>
    public static readonly TimeSpan ShortestValidity = TimeSpan.FromSeconds(10);

    /// <summary>When a certificate is to be replaced: after 80 % of its life.</summary>
    public static DateTimeOffset RotateAt(DateTimeOffset issuedAt, DateTimeOffset expiresAt) =>
        issuedAt + ((expiresAt - issuedAt) * 0.8);
}
