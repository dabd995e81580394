namespace Mesh.Zone.Identity;

/// <summary>
/// The stretch of time that a certificate belongs to. Time since an anchor that outlives restarts (the Dataplane's creation,
/// or the MeshIdentity's if that is later) is cut into slots of 80 % of a certificate's life, and a certificate runs from
/// the begin of its slot. So the times of the certificate that a proxy should have now follow from what is stored, and after
/// a restart the one that it still has is recognised by its version without having been stored.
/// </summary>
/// <param name="IssuedAt">Begin of the slot: the certificate's life begins here.</param>
/// <param name="RotateAt">End of the slot: the next one's begin.</param>
/// <param name="ExpiresAt">End of the certificate's life.</param>
internal readonly record struct LeafSlot(DateTimeOffset IssuedAt, DateTimeOffset RotateAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Share of a certificate's life that is left when it is replaced.</summary>
    public const double Reserve = 1 - Share;

    private const double Share = 0.8;

    /// <summary>The slot of a time.</summary>
    /// <param name="anchor">Begin of the first slot.</param>
    /// <param name="validity">Life of a certificate; at least ten seconds.</param>
    /// <param name="now">The present; before the anchor counts as the anchor.</param>
    public static LeafSlot At(DateTimeOffset anchor, TimeSpan validity, DateTimeOffset now)
    {
        // Certificates count whole seconds.
        var length = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(validity.TotalSeconds * Share)));
        var begin = DateTimeOffset.FromUnixTimeSeconds(anchor.ToUnixTimeSeconds());
        var number = Math.Max(0, (now - begin).Ticks / length.Ticks);
        var issuedAt = begin + TimeSpan.FromTicks(number * length.Ticks);
        return new LeafSlot(issuedAt, issuedAt + length, issuedAt + TimeSpan.FromSeconds(Math.Floor(validity.TotalSeconds)));
    }
}
