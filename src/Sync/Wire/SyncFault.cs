namespace Mesh.Sync.Wire;

/// <summary>Why one resource of a peer is not taken, or one of ours not sent. The others are not affected by it.</summary>
/// <param name="Kind">Kind of the resource.</param>
/// <param name="Name">Its name on the wire, e.g. <c>timeouts.default</c>.</param>
/// <param name="Path">Where in it the fault is, e.g. <c>spec.to[0].default</c>; empty: the resource as a whole.</param>
/// <param name="Message">What is wrong.</param>
public sealed record SyncFault(string Kind, string Name, string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? $"{Kind} {Name}: {Message}" : $"{Kind} {Name}: {Path}: {Message}";
}
