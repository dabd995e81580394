namespace Mesh.Server.Ads;

/// <summary>
/// A number that grows, and is read when somebody asks. What is counted with every push is counted so: an instrument tells everybody who listens each time.
/// Safe for concurrent use.
/// </summary>
internal sealed class ObservedCount
{
    private long _value;

    /// <summary>The number now.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds to it.</summary>
    public void Add(long count) => Interlocked.Add(ref _value, count);
}
