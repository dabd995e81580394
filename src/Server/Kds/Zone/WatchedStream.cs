using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Kds.Zone;

/// <summary>
/// A connection that notes when it last received anything. Global asks at intervals whether we are there, so a long silence tells
/// of a connection that is dead although nobody closed it.
/// </summary>
internal sealed class WatchedStream(Stream inner, TimeProvider clock) : DuplexStream
{
    private long _lastRead = clock.GetTimestamp();

    /// <summary>How long nothing was received.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _lastRead));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _lastRead, clock.GetTimestamp());
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Volatile.Write(ref _lastRead, clock.GetTimestamp());
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
