using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Tests.Tls;

/// <summary>A stream that changes what is written once it is told to.</summary>
internal sealed class BentStream(Stream inner) : DuplexStream
{
    /// <summary>What becomes of what is written.</summary>
    public Func<byte[], byte[]> Bend { get; set; } = bytes => bytes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await inner.WriteAsync(Bend(buffer.ToArray()), cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(Bend(buffer.AsSpan(offset, count).ToArray()));

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
