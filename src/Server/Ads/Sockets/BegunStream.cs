namespace Mesh.Server.Ads.Sockets;

/// <summary>Reads first what was read already, then the rest.</summary>
internal sealed class BegunStream(ReadOnlyMemory<byte> begin, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> _begin = begin;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_begin.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_begin.IsEmpty)
        {
            return rest.Read(buffer);
        }

        var read = Math.Min(buffer.Length, _begin.Length);
        _begin.Span[..read].CopyTo(buffer);
        _begin = _begin[read..];
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
