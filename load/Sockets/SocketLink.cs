using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads.Sockets.Polling;

namespace Mesh.Load.Sockets;

/// <summary>A TCP connection in the care of a reactor.</summary>
internal sealed class SocketLink : ILink
{
    private readonly Reactor _reactor;
    private readonly Socket _socket;
    private readonly ILinkHandler _handler;
    private byte[]? _unsent;
    private int _unsentFrom;
    private int _unsentTo;
    private bool _isConnecting;
    private bool _reads = true;
    private bool _isClosed;

    /// <param name="socket">Blocking; the link owns it from now on.</param>
    public SocketLink(Reactor reactor, Socket socket, ILinkHandler handler)
    {
        _reactor = reactor;
        _socket = socket;
        _handler = handler;
        socket.Blocking = false;
        Descriptor = (int)socket.Handle;
    }

    public int Descriptor { get; }

    private uint Interest => _isConnecting ? Epoll.Writable : (_reads ? Epoll.Readable | Epoll.PeerEnded : 0) | (_unsent is null ? 0 : Epoll.Writable);

    /// <summary>Begins with a socket that is connected; on the reactor's thread.</summary>
    public void Open()
    {
        _reactor.Register(this, Interest);
        _handler.Opened(this);
    }

    /// <summary>Begins with a socket that is not connected, without waiting; on the reactor's thread. The handler is told when it is, or why it cannot be.</summary>
    /// <exception cref="SocketException">It cannot be begun; the handler is not told.</exception>
    public void Connect(EndPoint server)
    {
        try
        {
            SocketCalls.Connect(Descriptor, server);
        }
        catch (SocketException)
        {
            _isClosed = true;
            _socket.Dispose();
            throw;
        }

        _isConnecting = true;
        _reactor.Register(this, Interest);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed)
        {
            return;
        }

        if (_unsent is null)
        {
            var sent = SendSome(bytes, out var error);
            if (error is not SocketError.Success and not SocketError.WouldBlock)
            {
                // The reading side sees the same and tells the handler.
                return;
            }

            bytes = bytes[(error == SocketError.Success ? sent : 0)..];
            if (bytes.IsEmpty)
            {
                return;
            }
        }

        Keep(bytes);
    }

    public void SetReading(bool reads)
    {
        _reads = reads;
        if (!_isClosed)
        {
            _reactor.Change(this, Interest);
        }
    }

    public void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _reactor.Unregister(this);
        _socket.Dispose();
        Forget();
    }

    internal void Ready(uint readiness)
    {
        if (_isConnecting)
        {
            Connected();
            return;
        }

        if ((readiness & Epoll.Writable) != 0)
        {
            SendRest();
        }

        if ((readiness & (Epoll.Readable | Epoll.PeerEnded | Epoll.Broken)) != 0 && !_isClosed)
        {
            Receive(toTheEnd: (readiness & (Epoll.PeerEnded | Epoll.Broken)) != 0);
        }
    }

    private void Connected()
    {
        _isConnecting = false;
        var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error == SocketError.Success)
        {
            _reactor.Change(this, Interest);
            _handler.Opened(this);
        }
        else
        {
            Close();
            _handler.Closed($"not connected: {error}");
        }
    }

    private int SendSome(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        error = SocketError.Success;
        var sent = SocketCalls.Send(Descriptor, bytes);
        return sent >= 0 ? sent : _socket.Send(bytes, SocketFlags.None, out error);
    }

    /// <summary>Reads what is there: what is told once is not told again. What did not fill the buffer was all, unless the end is behind it.</summary>
    private void Receive(bool toTheEnd)
    {
        var buffer = _reactor.Buffer;
        int count;
        do
        {
            count = SocketCalls.Receive(Descriptor, buffer);
            var error = SocketError.Success;
            if (count < 0)
            {
                count = _socket.Receive(buffer, SocketFlags.None, out error);
            }

            if (error == SocketError.Success && count > 0)
            {
                _handler.Received(buffer.AsSpan(0, count));
            }
            else if (error != SocketError.WouldBlock)
            {
                Close();
                _handler.Closed(error == SocketError.Success ? "closed by the server" : error.ToString());
            }
        }
        while ((toTheEnd ? count > 0 : count == buffer.Length) && _reads && !_isClosed);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_unsent is null)
        {
            _unsent = ArrayPool<byte>.Shared.Rent(bytes.Length);
            (_unsentFrom, _unsentTo) = (0, 0);
            _reactor.Change(this, Interest);
        }
        else if (_unsent.Length - _unsentTo < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_unsentTo - _unsentFrom + bytes.Length);
            _unsent.AsSpan(_unsentFrom.._unsentTo).CopyTo(larger);
            (_unsentFrom, _unsentTo) = (0, _unsentTo - _unsentFrom);
            ArrayPool<byte>.Shared.Return(_unsent);
            _unsent = larger;
        }

        bytes.CopyTo(_unsent.AsSpan(_unsentTo));
        _unsentTo += bytes.Length;
    }

    private void SendRest()
    {
        if (_unsent is null)
        {
            return;
        }

        var sent = SendSome(_unsent.AsSpan(_unsentFrom.._unsentTo), out var error);
        _unsentFrom += error == SocketError.Success ? sent : 0;
        if (_unsentFrom == _unsentTo || error is not SocketError.Success and not SocketError.WouldBlock)
        {
            Forget();
            _reactor.Change(this, Interest);
        }
    }

    private void Forget()
    {
        if (_unsent is not null)
        {
            ArrayPool<byte>.Shared.Return(_unsent);
            _unsent = null;
        }
    }
}
