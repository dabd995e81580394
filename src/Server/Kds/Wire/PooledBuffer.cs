using System.Buffers;

namespace Mesh.Server.Kds.Wire;

/// <summary>
/// A message being written, in pieces from a pool. A message of a megabyte in one array would be an object that only a full collection frees, and growing
/// towards it would leave another megabyte behind; a hundred zones that synchronize at once made gigabytes of both. Not safe for concurrent use.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    // Below what the runtime calls large.
    private const int PieceBytes = 64 * 1024;

    private readonly List<Piece> _pieces = [];
    private int _used;

    /// <summary>What was written. Valid until <see cref="Reset"/>.</summary>
    public ReadOnlySequence<byte> Written
    {
        get
        {
            Link();
            return _pieces.Count == 0 ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_pieces[0], 0, _pieces[^1], _used);
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_pieces.Count == 0 ? count > 0 : count > _pieces[^1].Array.Length - _used)
        {
            throw new InvalidOperationException("more than was asked for");
        }

        _used += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var size = Math.Max(1, sizeHint);
        if (_pieces.Count == 0 || _pieces[^1].Array.Length - _used < size)
        {
            Link();
            _pieces.Add(new Piece(ArrayPool<byte>.Shared.Rent(Math.Max(PieceBytes, size))));
            _used = 0;
        }

        return _pieces[^1].Array.AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets what was written and keeps nothing.</summary>
    public void Reset()
    {
        foreach (var piece in _pieces)
        {
            ArrayPool<byte>.Shared.Return(piece.Array);
        }

        _pieces.Clear();
        _used = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();

    /// <summary>Fixes how much of the last piece is in use.</summary>
    private void Link()
    {
        if (_pieces.Count > 0)
        {
            _pieces[^1].End(_used, _pieces.Count > 1 ? _pieces[^2] : null);
        }
    }

    private sealed class Piece(byte[] array) : ReadOnlySequenceSegment<byte>
    {
        public byte[] Array => array;

        public void End(int length, Piece? before)
        {
            Memory = array.AsMemory(0, length);
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }
}
