using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>
/// Plain bytes of a connection with TLS, over OpenSSL and the bytes of the socket without anything between. Made for thousands that are mostly silent: where
/// nothing is under way it has no buffer, neither here nor in the library (an <c>SslStream</c> keeps 76 KB there). One reader and one writer at a
/// time, as for any stream.
/// </summary>
internal sealed class TlsStream : DuplexStream
{
    private const int InputSize = 4096;

    private const string LeftEarly = "the client left before it had shaken hands";

    private readonly Stream _socket;
    private readonly TransportBuffers _buffers;
    private readonly TlsSession _session;
    private readonly TlsOutput _output;
    private readonly Lock _lock = new();

    // Encrypted bytes that were received and not taken. The reader's; whoever closes takes them when there is no reader.
    private byte[]? _input;
    private int _inputAt;
    private int _inputEnd;
    private bool _isReading;
    private bool _isReadable;
    private bool _isDisposed;

    /// <summary>A connection.</summary>
    /// <param name="socket">Encrypted bytes, which this owns. To be read with an empty buffer first, which waits.</param>
    /// <param name="context">What the server shows.</param>
    /// <param name="buffers">Where buffers come from while something is under way.</param>
    public TlsStream(Stream socket, TlsContext context, TransportBuffers buffers)
    {
        _socket = socket;
        _buffers = buffers;
        _session = new TlsSession(context.CreateConnection());
        _output = new TlsOutput(socket, buffers, _lock);
    }

    /// <summary>Version of TLS once the handshake is done.</summary>
#pragma warning disable CA5397, CA5398 // It tells which one was chosen.
    public SslProtocols Protocol => _session.Version == LibSsl.Version13 ? SslProtocols.Tls13 : SslProtocols.Tls12;
#pragma warning restore CA5397, CA5398

    /// <summary>The handshake. To be called first, once.</summary>
    /// <param name="place">
    /// The caller's, given back while there is nothing to compute: who says a part of its hello keeps nobody out, and what is left once it was
    /// answered is little. Null: it needs none.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AuthenticationException">It failed; the client was told why.</exception>
    /// <exception cref="IOException">The client has gone.</exception>
    public async Task AcceptAsync(HandshakePlace? place, CancellationToken cancellationToken)
    {
        BeginRead();
        try
        {
            var outcome = TlsOutcome.NeedsInput;
            var wasAnswered = false;
            while (true)
            {
                if (outcome == TlsOutcome.NeedsInput && !await ReceiveAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new IOException(LeftEarly);
                }

                outcome = Step(default, out _, out var hasPut, isHandshake: true);
                place?.Dispose();
                wasAnswered |= hasPut;
                await _output.SendAsync(cancellationToken).ConfigureAwait(false);
                switch (outcome)
                {
                    case TlsOutcome.Done:
                        return;
                    case TlsOutcome.Failed:
                        throw new AuthenticationException(_session.Failure);
                    case TlsOutcome.Ended:
                        throw new IOException(LeftEarly);
                    case TlsOutcome.NeedsInput when place is not null && !wasAnswered:
                        // Who waits holds nothing.
                        ReturnInput();
                        await _socket.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                        _isReadable = true;
                        await place.TakeAnotherAsync().ConfigureAwait(false);
                        break;
                }
            }
        }
        finally
        {
            EndRead();
        }
    }

    /// <summary>
    /// Reads. An empty buffer waits until there is something to be read, or the end, which holds nothing meanwhile. The end of the client's side is
    /// 0 bytes, announced or not: what travels here says itself where it ends.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginRead();
        try
        {
            if (buffer.IsEmpty)
            {
                if (_inputAt == _inputEnd && !_isReadable && !HasUnread())
                {
                    await _socket.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                    _isReadable = true;
                }

                return 0;
            }

            if (_isReadable && !await ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                // Somebody waited for it: there was nothing else.
                return 0;
            }

            while (true)
            {
                var outcome = Step(buffer.Span, out var read, out var hasPut, isHandshake: false);
                if (outcome == TlsOutcome.Done)
                {
                    return read;
                }

                if (hasPut || outcome is TlsOutcome.NeedsRoom or TlsOutcome.Failed)
                {
                    // Rare: an answer of TLS itself, or an alert. Otherwise reading does not wait for what others write.
                    await _output.SendAsync(cancellationToken).ConfigureAwait(false);
                }

                if (outcome == TlsOutcome.Failed)
                {
                    throw new IOException(_session.Failure);
                }

                if (outcome == TlsOutcome.Ended || (outcome == TlsOutcome.NeedsInput && !await ReceiveAsync(cancellationToken).ConfigureAwait(false)))
                {
                    return 0;
                }
            }
        }
        finally
        {
            EndRead();
        }
    }

    /// <summary>Writes; what was written is in the socket when it completes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Encrypt(buffer.Span)..];
            await _output.SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the client that nothing follows.</summary>
    public async Task CloseAsync()
    {
        lock (_lock)
        {
            var room = _output.Room(0);
            _session.Shutdown(ref room);
            _output.Use(room);
        }

        await _output.SendAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _socket.Dispose();
            _output.Close();
            lock (_lock)
            {
                _isDisposed = true;
                _session.Dispose();
                if (!_isReading)
                {
                    ReturnInput();
                }
            }
        }

        base.Dispose(disposing);
    }

    private void BeginRead()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _isReading = true;
        }
    }

    private void EndRead()
    {
        lock (_lock)
        {
            _isReading = false;
            if (_isDisposed || _inputAt == _inputEnd)
            {
                ReturnInput();
            }
        }
    }

    private bool HasUnread()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _session.HasUnread;
        }
    }

    /// <summary>Takes what there is of the client's bytes as far as it is needed.</summary>
    /// <param name="plain">Where plain bytes go.</param>
    /// <param name="read">How many did.</param>
    /// <param name="hasPut">Whether there is something to be sent that was not there before.</param>
    /// <param name="isHandshake">Whether the handshake goes on, which has no plain bytes.</param>
    private TlsOutcome Step(Span<byte> plain, out int read, out bool hasPut, bool isHandshake)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            read = 0;
            ReadOnlySpan<byte> input = _input.AsSpan(_inputAt, _inputEnd - _inputAt);
            var room = _output.Room(isHandshake ? LibSsl.MaxPlain : 0);
            var roomBefore = room.Length;
            var outcome = isHandshake ? _session.ShakeHands(ref input, ref room) : _session.Read(ref input, ref room, plain, out read);
            hasPut = room.Length < roomBefore;
            _output.Use(room);
            // Nothing can be made of what follows a failure.
            _inputAt = outcome == TlsOutcome.Failed ? _inputEnd : _inputEnd - input.Length;
            return outcome;
        }
    }

    /// <summary>Encrypts as much as is sent at once.</summary>
    /// <exception cref="IOException">The connection has failed.</exception>
    private int Encrypt(ReadOnlySpan<byte> plain)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var room = _output.Room(plain.Length);
            var taken = 0;
            var outcome = TlsOutcome.Done;
            while (outcome == TlsOutcome.Done && taken < plain.Length)
            {
                var record = plain.Slice(taken, Math.Min(LibSsl.MaxPlain, plain.Length - taken));
                var written = 0;
                outcome = room.Length < record.Length + LibSsl.MaxOverhead ? TlsOutcome.NeedsRoom : _session.Write(record, ref room, out written);
                taken += written;
            }

            _output.Use(room);
            return outcome is TlsOutcome.Done or TlsOutcome.NeedsRoom ? taken : throw new IOException(_session.Failure);
        }
    }

    /// <summary>Waits for bytes of the client. False: none come any more.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (!_isReadable)
        {
            // Who waits holds nothing.
            ReturnInput();
            await _socket.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        _isReadable = false;
        _input ??= _buffers.Rent(InputSize);
        (_inputAt, _inputEnd) = (0, 0);
        _inputEnd = await _socket.ReadAsync(_input.AsMemory(), cancellationToken).ConfigureAwait(false);
        return _inputEnd > 0;
    }

    private void ReturnInput()
    {
        if (_input is not null)
        {
            _buffers.Return(_input);
            (_input, _inputAt, _inputEnd) = (null, 0, 0);
        }
    }
}
