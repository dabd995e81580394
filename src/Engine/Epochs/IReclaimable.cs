namespace Mesh.Engine.Epochs;

/// <summary>Something that gives its memory back once no reader can see it.</summary>
internal interface IReclaimable
{
    /// <summary>Called once, on any thread.</summary>
    void Reclaim();
}
