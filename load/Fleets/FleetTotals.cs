namespace Mesh.Load.Fleets;

/// <summary>What a fleet has seen until now.</summary>
internal sealed record FleetTotals
{
    /// <summary>Streams that are open.</summary>
    public long Open { get; init; }

    /// <summary>Envoys that have got everything since they connected.</summary>
    public long Synced { get; init; }

    /// <summary>Streams that ended, not by us, and wait for the time when their Envoys open them again.</summary>
    public long Away { get; init; }

    /// <summary>Streams that are open or will be again.</summary>
    public long Present => Open + Away;

    /// <summary>Streams whose connections ended, not by us, or could carry them no more; their Envoys come again over other ones.</summary>
    public long Lost { get; init; }

    /// <summary>Streams that the server ended before it had answered, and whose Envoys come again.</summary>
    public long Refused { get; init; }

    /// <summary>Streams that the server ended after it had answered, and whose Envoys come again.</summary>
    public long Ended { get; init; }

    /// <summary>Streams that were opened again on their connections.</summary>
    public long Retries { get; init; }

    /// <summary>Lost streams that were opened again on new connections.</summary>
    public long Reconnects { get; init; }

    /// <summary>Responses.</summary>
    public long Responses { get; init; }

    /// <summary>Resources in them.</summary>
    public long Resources { get; init; }

    /// <summary>Bytes of the responses, without frames.</summary>
    public long Bytes { get; init; }

    /// <summary>Rejections.</summary>
    public long Rejections { get; init; }

    /// <summary>What two shares of a fleet have seen together.</summary>
    public static FleetTotals operator +(FleetTotals left, FleetTotals right) => Combine(left, right, 1);

    /// <summary>What came since then.</summary>
    public static FleetTotals operator -(FleetTotals now, FleetTotals then) => Combine(now, then, -1);

    private static FleetTotals Combine(FleetTotals left, FleetTotals right, int sign) => new()
    {
        Open = left.Open + (sign * right.Open),
        Synced = left.Synced + (sign * right.Synced),
        Away = left.Away + (sign * right.Away),
        Lost = left.Lost + (sign * right.Lost),
        Refused = left.Refused + (sign * right.Refused),
        Ended = left.Ended + (sign * right.Ended),
        Retries = left.Retries + (sign * right.Retries),
        Reconnects = left.Reconnects + (sign * right.Reconnects),
        Responses = left.Responses + (sign * right.Responses),
        Resources = left.Resources + (sign * right.Resources),
        Bytes = left.Bytes + (sign * right.Bytes),
        Rejections = left.Rejections + (sign * right.Rejections),
    };
}
