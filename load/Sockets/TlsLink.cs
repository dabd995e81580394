using Mesh.Server.Ads.Sockets.Tls;

namespace Mesh.Load.Sockets;

/// <summary>TLS over a link, without a thread, task or buffer of its own: everything runs when bytes come.</summary>
#pragma warning disable CA1001 // What it owns ends with its link, on the reactor's thread.
internal sealed class TlsLink(ILinkHandler handler) : ILink, ILinkHandler
#pragma warning restore CA1001
{
    private const int RecordSize = LibSsl.MaxPlain + LibSsl.MaxOverhead;

    // One thread serves a link, and nothing is in them between two calls.
    [ThreadStatic]
    private static byte[]? _plain;

    [ThreadStatic]
    private static byte[]? _encrypted;

    private readonly TlsSession _tls = ClientTls.Connect();
    private ILink? _link;
    private bool _isOpen;
    private bool _isClosed;

    private static Span<byte> Encrypted => _encrypted ??= new byte[RecordSize];

    public void Opened(ILink link)
    {
        _link = link;
        ShakeHands([]);
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        if (!_isOpen)
        {
            bytes = ShakeHands(bytes);
        }

        var plain = _plain ??= new byte[LibSsl.MaxPlain];
        while (_isOpen && !_isClosed && (!bytes.IsEmpty || _tls.HasUnread))
        {
            var room = Encrypted;
            var outcome = _tls.Read(ref bytes, ref room, plain, out var read);
            SendUsed(room);
            switch (outcome)
            {
                case TlsOutcome.Done:
                    handler.Received(plain.AsSpan(0, read));
                    break;
                case TlsOutcome.NeedsInput:
                    return;
                case TlsOutcome.Ended:
                    Fail("closed by the server");
                    return;
                default:
                    Fail(_tls.Failure);
                    return;
            }
        }
    }

    public void Closed(string reason) => Fail(reason);

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!_isClosed && !bytes.IsEmpty)
        {
            var room = Encrypted;
            var record = bytes[..Math.Min(bytes.Length, LibSsl.MaxPlain)];
            if (_tls.Write(record, ref room, out var written) != TlsOutcome.Done)
            {
                Fail(_tls.Failure);
                return;
            }

            SendUsed(room);
            bytes = bytes[written..];
        }
    }

    public void SetReading(bool reads) => _link!.SetReading(reads);

    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _link?.Close();
            _tls.Dispose();
        }
    }

    /// <summary>Goes on with the handshake.</summary>
    /// <returns>What came behind it.</returns>
    private ReadOnlySpan<byte> ShakeHands(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed)
        {
            return [];
        }

        var room = Encrypted;
        var outcome = _tls.ShakeHands(ref bytes, ref room);
        SendUsed(room);
        switch (outcome)
        {
            case TlsOutcome.Done:
                _isOpen = true;
                handler.Opened(this);
                break;
            case TlsOutcome.NeedsInput:
                break;
            default:
                Fail(outcome == TlsOutcome.Failed ? _tls.Failure : "closed by the server");
                break;
        }

        return bytes;
    }

    private void SendUsed(Span<byte> room)
    {
        var used = RecordSize - room.Length;
        if (used > 0)
        {
            _link!.Send(_encrypted.AsSpan(0, used));
        }
    }

    private void Fail(string reason)
    {
        if (!_isClosed)
        {
            Close();
            handler.Closed(reason);
        }
    }
}
