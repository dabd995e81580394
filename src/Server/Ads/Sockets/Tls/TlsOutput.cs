using System.Runtime.CompilerServices;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>
/// Encrypted bytes on their way to the socket, in the order in which they were encrypted: that of TLS's sequence numbers. Whoever encrypts
/// appends under the lock of the connection; one at a time sends. Nothing is held once all is sent.
/// </summary>
internal sealed class TlsOutput(Stream socket, TransportBuffers buffers, Lock exclusion)
{
    /// <summary>Bytes that are encrypted before they are sent: some records for each call of the system.</summary>
    private const int MaxSize = 64 * 1024;

    private const int Record = LibSsl.MaxPlain + LibSsl.MaxOverhead;

    private byte[]? _bytes;
    private int _length;
    private bool _isSending;
    private bool _isClosed;
    private TaskCompletionSource? _sent;

    /// <summary>Room for what a call puts. Under the lock.</summary>
    /// <param name="plain">Plain bytes that are to be encrypted; 0: what TLS says of its own accord.</param>
    public Span<byte> Room(int plain)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var wanted = Math.Min(MaxSize, plain + (LibSsl.MaxOverhead * (1 + (plain / LibSsl.MaxPlain))));
        if (_bytes is null)
        {
            _bytes = buffers.Rent(wanted);
        }
        else if (_bytes.Length - _length < Math.Min(wanted, Record) && _bytes.Length < MaxSize)
        {
            var larger = buffers.Rent(Math.Min(MaxSize, _length + wanted));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            buffers.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>How much of the room was used: what is left of it says so. Under the lock.</summary>
    public void Use(Span<byte> left)
    {
        _length = _bytes!.Length - left.Length;
        if (_length == 0)
        {
            buffers.Return(_bytes);
            _bytes = null;
        }
    }

    /// <summary>Sends everything that was encrypted before, by this caller or another one.</summary>
    /// <exception cref="IOException">The client has gone.</exception>
    /// <exception cref="ObjectDisposedException">Closed meanwhile.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? other = null;
            var bytes = Array.Empty<byte>();
            var length = 0;
            lock (exclusion)
            {
                if (_isSending)
                {
                    other = (_sent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
                else if (_bytes is null)
                {
                    ObjectDisposedException.ThrowIf(_isClosed, this);
                    return;
                }
                else
                {
                    (bytes, length) = (_bytes, _length);
                    (_bytes, _length, _isSending) = (null, 0, true);
                }
            }

            if (other is not null)
            {
                await other.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                await socket.WriteAsync(bytes.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // What follows would follow a gap.
                Close();
                throw;
            }
            finally
            {
                buffers.Return(bytes);
                TaskCompletionSource? sent;
                lock (exclusion)
                {
                    _isSending = false;
                    (sent, _sent) = (_sent, null);
                }

                sent?.SetResult();
            }
        }
    }

    /// <summary>Nothing more is sent.</summary>
    public void Close()
    {
        lock (exclusion)
        {
            _isClosed = true;
            if (_bytes is not null)
            {
                buffers.Return(_bytes);
                (_bytes, _length) = (null, 0);
            }
        }
    }
}
