using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>
/// Bytes of a socket, told by a <see cref="Poller"/> when they can come and go. A call of the system for what is there, none to find out that nothing is;
/// an empty buffer waits until there is something to be read, or the end. Nothing is held meanwhile. One reader and one writer at a time.
/// </summary>
internal sealed class PolledStream : DuplexStream
{
    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;
    private readonly Poller _poller;
    private readonly PolledRead _read;
    private readonly PolledWrite _write;
    private int _isDisposed;

    /// <summary>The stream of a connected socket, which it owns.</summary>
    public PolledStream(Socket socket, Poller poller)
    {
        _socket = socket;
        _handle = socket.SafeHandle;
        _poller = poller;
        _read = new PolledRead(this);
        _write = new PolledWrite(this);
        poller.Register(this, _handle);
    }

    /// <summary>
    /// Whether who waited goes on on the poller's thread, which serves others as well: for those who never wait there for anything else. Default: on the
    /// thread pool.
    /// </summary>
    public bool GoesOnInline { get; set; }

    /// <summary>The poller's: which stream of all that had its place.</summary>
    public ulong Tag { get; set; }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _read.RunAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _write.RunAsync(buffer, cancellationToken);

    /// <summary>The queue tells of a change. On the poller's thread.</summary>
    public void Ready(Readiness.Sign reading, Readiness.Sign writing)
    {
        _write.Tell(writing);
        _read.Tell(reading);
    }

    /// <summary>One call to receive.</summary>
    /// <returns>Bytes, 0 at the end; -1: there is nothing.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    internal unsafe int Receive(Span<byte> to)
    {
        fixed (byte* bytes = to)
        {
            var count = LibC.Receive(_handle, bytes, to.Length, LibC.DontWait);
            return count >= 0 ? (int)count : Failed();
        }
    }

    /// <summary>One call to send.</summary>
    /// <returns>Bytes; -1: there is no room.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    internal unsafe int Send(ReadOnlySpan<byte> from)
    {
        fixed (byte* bytes = from)
        {
            var count = LibC.Send(_handle, bytes, from.Length, LibC.DontWait | LibC.NoSignal);
            return count >= 0 ? (int)count : Failed();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _socket.Dispose();
            _poller.Remove(this);
            _read.Close();
            _write.Close();
        }

        base.Dispose(disposing);
    }

    private static int Failed()
    {
        var error = Marshal.GetLastPInvokeError();
        if (error is LibC.WouldBlock or LibC.Interrupted)
        {
            return -1;
        }

        var loss = new SocketException((int)LibC.ErrorOf(error));
        throw new IOException(loss.Message, loss);
    }
}
