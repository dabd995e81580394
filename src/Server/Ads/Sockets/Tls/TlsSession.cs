using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>
/// TLS of one connection between two buffers of the caller: no socket, no task, no buffer of its own. One call at a time. Each takes what it
/// can of the client's bytes and puts what is for the client, in the order in which it is to be sent.
/// </summary>
internal sealed unsafe class TlsSession : SafeHandle
{
    private readonly TlsRoom* _room;

    /// <summary>One side of a connection.</summary>
    /// <param name="connection">What OpenSSL has of it (<c>SSL</c>), told which side it is; this owns it.</param>
    public TlsSession(nint connection)
        : base(0, ownsHandle: true)
    {
        SetHandle(connection);
        _room = (TlsRoom*)NativeMemory.AllocZeroed((nuint)sizeof(TlsRoom));
        var bytes = TlsBytes.Create(_room);
        // Both sides are one; it belongs to the connection now.
        LibSsl.SSL_set_bio(handle, bytes, bytes);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Version of TLS once the handshake is done, as on the wire: 0x0303 is 1.2, 0x0304 is 1.3.</summary>
    public int Version => LibSsl.SSL_version(handle);

    /// <summary>Whether something was decrypted and not read.</summary>
    public bool HasUnread => LibSsl.SSL_pending(handle) > 0;

    /// <summary>Why the last call failed.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>The handshake.</summary>
    /// <param name="input">What the client sent; afterwards what was not taken of it.</param>
    /// <param name="output">Room for what is to be sent; afterwards what is left of it.</param>
    public TlsOutcome ShakeHands(ref ReadOnlySpan<byte> input, ref Span<byte> output)
    {
        fixed (byte* from = input, to = output)
        {
            Open(from, input.Length, to, output.Length);
            var outcome = Outcome(LibSsl.SSL_do_handshake(handle));
            Close(ref input, ref output);
            return outcome;
        }
    }

    /// <summary>Decrypts.</summary>
    /// <param name="input">What the client sent; afterwards what was not taken of it.</param>
    /// <param name="output">Room for what is to be sent; afterwards what is left of it.</param>
    /// <param name="plain">Where plain bytes go.</param>
    /// <param name="read">How many did.</param>
    public TlsOutcome Read(ref ReadOnlySpan<byte> input, ref Span<byte> output, Span<byte> plain, out int read)
    {
        fixed (byte* from = input, to = output, into = plain)
        {
            Open(from, input.Length, to, output.Length);
            var result = LibSsl.SSL_read(handle, into, plain.Length);
            var outcome = Outcome(result);
            Close(ref input, ref output);
            read = outcome == TlsOutcome.Done ? result : 0;
            return outcome;
        }
    }

    /// <summary>Encrypts a record, whole or not at all.</summary>
    /// <param name="plain">At most <see cref="LibSsl.MaxPlain"/> bytes, not empty.</param>
    /// <param name="output">Room for it, <see cref="LibSsl.MaxOverhead"/> more than is in it; afterwards what is left of it.</param>
    /// <param name="written">How many bytes are in the record: fewer, if the client takes only smaller ones (RFC 6066, section 4).</param>
    public TlsOutcome Write(ReadOnlySpan<byte> plain, ref Span<byte> output, out int written)
    {
        fixed (byte* bytes = plain, to = output)
        {
            Open(null, 0, to, output.Length);
            var result = LibSsl.SSL_write(handle, bytes, plain.Length);
            var outcome = Outcome(result);
            var input = ReadOnlySpan<byte>.Empty;
            Close(ref input, ref output);
            written = outcome == TlsOutcome.Done ? result : 0;
            return outcome;
        }
    }

    /// <summary>Says that nothing follows.</summary>
    public void Shutdown(ref Span<byte> output)
    {
        fixed (byte* to = output)
        {
            Open(null, 0, to, output.Length);
            _ = LibSsl.SSL_shutdown(handle);
            var input = ReadOnlySpan<byte>.Empty;
            Close(ref input, ref output);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        NativeMemory.Free(_room);
        return true;
    }

    private void Open(byte* input, int inputLength, byte* output, int outputRoom)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        *_room = new TlsRoom { Input = input, InputLength = inputLength, Output = output, OutputRoom = outputRoom };
        LibSsl.ERR_clear_error();
    }

    private void Close(ref ReadOnlySpan<byte> input, ref Span<byte> output)
    {
        input = input[^_room->InputLength..];
        output = output[^_room->OutputRoom..];
        *_room = default;
        GC.KeepAlive(this);
    }

    private TlsOutcome Outcome(int result)
    {
        if (result > 0)
        {
            return TlsOutcome.Done;
        }

        switch (LibSsl.SSL_get_error(handle, result))
        {
            case LibSsl.ErrorWantRead:
                return TlsOutcome.NeedsInput;
            case LibSsl.ErrorWantWrite:
                return TlsOutcome.NeedsRoom;
            case LibSsl.ErrorZeroReturn:
                return TlsOutcome.Ended;
            default:
                Failure = "TLS: " + LibSsl.TakeError();
                return TlsOutcome.Failed;
        }
    }
}
