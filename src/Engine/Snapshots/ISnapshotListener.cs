namespace Mesh.Engine.Snapshots;

/// <summary>A stream that serves a proxy and wants to know of new snapshots.</summary>
public interface ISnapshotListener
{
    /// <summary>Something newer can be read from the cell. Called by the publisher: set a flag or release a waiter, never block or throw.</summary>
    void SnapshotChanged();
}
