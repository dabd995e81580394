using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Mesh.Load.Sockets;

/// <summary>
/// What <see cref="System.Net.Security.SslStream"/> reads from and writes to: records that came are kept until it asks for
/// them, and a read that waits goes on on the thread that brings them.
/// </summary>
internal sealed class TlsInbox(ILink link) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _core;
    private Memory<byte> _destination;
    private byte[]? _kept;
    private int _from;
    private int _to;
    private bool _isWaiting;
    private bool _hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Brings bytes.</summary>
    public void Bring(ReadOnlySpan<byte> bytes)
    {
        if (_kept is null || _kept.Length - _to < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_to - _from + bytes.Length);
            _kept?.AsSpan(_from.._to).CopyTo(larger);
            (_from, _to) = (0, _to - _from);
            Return();
            _kept = larger;
        }

        bytes.CopyTo(_kept.AsSpan(_to));
        _to += bytes.Length;
        Continue();
    }

    /// <summary>No more bytes will come.</summary>
    public void End()
    {
        _hasEnded = true;
        Continue();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_to > _from || _hasEnded)
        {
            return new ValueTask<int>(Take(buffer.Span));
        }

        _destination = buffer;
        _core.Reset();
        _isWaiting = true;
        return new ValueTask<int>(this, _core.Version);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => link.Send(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => link.Send(buffer);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        link.Send(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        link.Send(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Continue()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            _core.SetResult(Take(_destination.Span));
        }
    }

    private int Take(Span<byte> to)
    {
        var count = Math.Min(to.Length, _to - _from);
        _kept.AsSpan(_from, count).CopyTo(to);
        _from += count;
        if (_from == _to)
        {
            (_from, _to) = (0, 0);
            Return();
        }

        return count;
    }

    private void Return()
    {
        if (_kept is not null)
        {
            ArrayPool<byte>.Shared.Return(_kept);
            _kept = null;
        }
    }
}
