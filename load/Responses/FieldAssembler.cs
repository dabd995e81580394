using System.Buffers;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Responses;

/// <summary>
/// Walks the fields of one encoded protobuf message that comes in pieces. A field that lies whole in a piece is read in place; of one that does not, its
/// content is put together in a pooled buffer, which is given back with the next step; as long as it is that of one that is known, it is only compared. Where the
/// message is cut changes nothing of what is read.
/// </summary>
/// <param name="wanted">Bit n: length-delimited fields of number n are handed on. All others are passed over, and no byte of them is kept.</param>
/// <param name="known">Contents that fields may have.</param>
internal sealed class FieldAssembler(uint wanted, KnownContents known)
{
    /// <summary>Two varints: what a field is, and its length or value.</summary>
    private const int MaxHead = 20;

    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;

    private readonly byte[] _head = new byte[MaxHead];
    private int _headLength;
    private int _field;
    private bool _isInField;
    private bool _isWanted;
    private int _length;
    private int _filled;
    private byte[]? _buffer;
    private byte[]? _same;

    /// <summary>Whether the bytes are no protobuf message. What follows is not read.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Bytes of memory that the field under way holds.</summary>
    public int Held => _buffer?.Length ?? 0;

    /// <summary>Goes on to the next wanted field that is complete.</summary>
    /// <param name="piece">What came; afterwards what was not read of it: nothing when there was no further field.</param>
    /// <param name="left">Bytes of the message that follow the piece: a field that would be longer than what is there makes the message malformed.</param>
    /// <param name="field">Its number.</param>
    /// <param name="bytes">Its content, valid until the next call.</param>
    /// <returns>False: the next piece is needed, or the message is at its end or malformed.</returns>
    public bool Next(ref ReadOnlySpan<byte> piece, int left, out int field, out ReadOnlySpan<byte> bytes)
    {
        if (!_isInField)
        {
            Release();
        }

        while (_isInField || TryTakeHead(ref piece, left))
        {
            var part = piece[..Math.Min(_length - _filled, piece.Length)];
            var isWhole = part.Length == _length;
            piece = piece[part.Length..];
            if (_isWanted && !isWhole && !part.IsEmpty)
            {
                Keep(part);
            }

            _filled += part.Length;
            if (_filled < _length)
            {
                break;
            }

            _isInField = false;
            if (_isWanted)
            {
                field = _field;
                bytes = isWhole ? part : (_same ?? _buffer).AsSpan(0, _length);
                return true;
            }
        }

        field = 0;
        bytes = default;
        return false;
    }

    /// <summary>The message is at its end: one that stops within a field is malformed.</summary>
    public void End() => IsMalformed |= _isInField || _headLength > 0;

    /// <summary>Begins anew, whatever is under way.</summary>
    public void Reset()
    {
        Release();
        _headLength = 0;
        _isInField = IsMalformed = false;
    }

    /// <summary>Keeps a part of a field: as the knowledge that it is so far the same as another one, or else its bytes.</summary>
    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_buffer is null)
        {
            if (_same is not null && part.SequenceEqual(_same.AsSpan(_filled, part.Length)))
            {
                return;
            }

            // Nothing came before it, or what came is the begin of the other one.
            var before = _same.AsSpan(0, _filled);
            if (known.Find(_length, before, part) is { } same)
            {
                _same = same;
                return;
            }

            _buffer = ArrayPool<byte>.Shared.Rent(_length);
            before.CopyTo(_buffer);
            _same = null;
        }

        part.CopyTo(_buffer.AsSpan(_filled));
    }

    private void Release()
    {
        _same = null;
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    /// <summary>Takes what stands before the content of a field.</summary>
    private bool TryTakeHead(ref ReadOnlySpan<byte> piece, int left)
    {
        if (IsMalformed || piece.IsEmpty)
        {
            piece = default;
            return false;
        }

        var kept = _headLength;
        var head = piece;
        if (kept > 0)
        {
            var more = piece[..Math.Min(MaxHead - kept, piece.Length)];
            more.CopyTo(_head.AsSpan(kept));
            head = _head.AsSpan(0, kept + more.Length);
        }

        var rest = head;
        if (FieldReader.TryVarint(ref rest, out var tag) && TryLength(tag, ref rest, out var length))
        {
            piece = piece[(head.Length - rest.Length - kept)..];
            _headLength = 0;
            IsMalformed |= length > (ulong)piece.Length + (ulong)left;
            (_field, _length, _filled, _isInField) = ((int)(tag >> 3), (int)length, 0, !IsMalformed);
            _isWanted = (tag & 7) == WireBytes && _field < 32 && (wanted >> _field & 1) != 0;
            return _isInField;
        }

        if (head.Length >= MaxHead)
        {
            IsMalformed = true;
        }
        else if (kept == 0)
        {
            piece.CopyTo(_head);
        }

        _headLength = head.Length;
        piece = default;
        return false;
    }

    /// <summary>How long a field's content is; false: that is not there yet, or the field is none.</summary>
    private bool TryLength(ulong tag, ref ReadOnlySpan<byte> rest, out ulong length)
    {
        length = 0;
        IsMalformed |= tag >> 3 is 0 or > 0x1FFF_FFFF;
        switch ((int)(tag & 7))
        {
            case WireVarint:
                return FieldReader.TryVarint(ref rest, out _);
            case WireFixed64:
                length = 8;
                return true;
            case WireFixed32:
                length = 4;
                return true;
            case WireBytes:
                return FieldReader.TryVarint(ref rest, out length);
            default:
                IsMalformed = true;
                return false;
        }
    }
}
