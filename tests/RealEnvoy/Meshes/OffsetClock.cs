namespace Mesh.RealEnvoy.Meshes;

/// <summary>A clock that runs as fast as all others and shows another time.</summary>
/// <param name="offset">What it is ahead; negative: behind.</param>
public sealed class OffsetClock(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
}
