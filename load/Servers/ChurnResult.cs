namespace Mesh.Load.Servers;

/// <summary>What a server did that changed things at a rate.</summary>
/// <param name="Due">Changes that fell due.</param>
/// <param name="Made">Changes that were made: what falls due twice for a service, or for all, while a round publishes is one.</param>
/// <param name="AllocatedBytes">Bytes that making and publishing them allocated, which no push did.</param>
internal sealed record ChurnResult(long Due, long Made, long AllocatedBytes);
