namespace Mesh.Protocol.Kds;

/// <summary>One type of a sender's stream at one moment.</summary>
/// <param name="Type">Bare type name.</param>
/// <param name="Sent">Responses written.</param>
/// <param name="Accepted">Of these, accepted.</param>
/// <param name="Rejected">Of these, rejected.</param>
/// <param name="Resources">Resources written, removals not counted.</param>
/// <param name="AwaitsAnswer">Whether the last response is not answered yet.</param>
/// <param name="LastError">Text of the last rejection; null when all that was rejected is accepted or gone.</param>
public sealed record KdsTypeStatus(string Type, long Sent, long Accepted, long Rejected, long Resources, bool AwaitsAnswer, string? LastError);
