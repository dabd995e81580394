namespace Mesh.Sync.Applying;

/// <summary>What came of one kind over one stream.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Received">Deliveries.</param>
/// <param name="Accepted">Of these, taken completely.</param>
/// <param name="Rejected">Of these, not taken or not completely.</param>
/// <param name="LastError">Why the last one was rejected; null when the last one was taken.</param>
public sealed record SyncKindStatus(string Kind, long Received, long Accepted, long Rejected, string? LastError);
