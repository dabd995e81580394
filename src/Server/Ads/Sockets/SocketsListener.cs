using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Sockets.Tls;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Server.Ads.Sockets;

/// <summary>A port whose connections are served here if they are those of proxies, and handed on if not.</summary>
internal sealed class SocketsListener : IConnectionListener, IHttp2Listener, IThreadPoolWorkItem
{
    /// <summary>How often silence is looked for.</summary>
    private static readonly TimeSpan _sweep = TimeSpan.FromSeconds(1);

    /// <summary>Connections that are looked at without a pause: some tens of microseconds.</summary>
    private const int SweptAtOnce = 256;

    /// <summary>Pause after a failure to accept: files have run out, and looking at once would take a processor.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long connections have to end after the last stream could have.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly Greeting _greeting;
    private readonly NativeHeap _heap;
    private readonly Http2Host _host;
    private readonly Channel<ConnectionContext> _others = Channel.CreateUnbounded<ConnectionContext>();
    private readonly ConnectionWatch _connections;
    private readonly CancellationTokenSource _unbound = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private readonly ITimer _timer;
    private readonly List<IWatched> _due = new(SweptAtOnce);
    private bool _isSweeping;
    private bool _isEnding;

    public SocketsListener(Socket socket, Greeting greeting, NativeHeap heap, Http2Host host)
    {
        _socket = socket;
        _greeting = greeting;
        _heap = heap;
        _host = host;
        _connections = new ConnectionWatch(host.Clock);
        EndPoint = socket.LocalEndPoint!;
        _timer = host.Clock.CreateTimer(static listener => ((SocketsListener)listener!).Sweep(), this, _sweep, _sweep);
        _accepting = Task.Run(AcceptAllAsync);
    }

    public EndPoint EndPoint { get; }

    /// <summary>The next connection that is not a proxy's.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _others.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <summary>Takes no more connections; those that are there are told to end, and do so with their last stream.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        _greeting.Deadlines.End();
        await _accepting.ConfigureAwait(false);
        _others.Writer.TryComplete();
        foreach (var connection in EndAll())
        {
            connection.Retire();
        }
    }

    /// <summary>Waits until the connections have ended, and ends those that do not.</summary>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        await Task.WhenAny(_empty.Task, Task.Delay(_host.Options.DrainWindow + _grace, _host.Clock)).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (var connection in EndAll())
        {
            connection.Lose(new IOException("the server has stopped"));
        }

        while (_others.Reader.TryRead(out var other))
        {
            await other.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AcceptAllAsync()
    {
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_unbound.Token).ConfigureAwait(false);
                ThreadPool.UnsafeQueueUserWorkItem(static call => _ = call.Listener.MeetAsync(call.Socket), (Listener: this, Socket: socket), preferLocal: false);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failed)
            {
                if (_unbound.IsCancellationRequested)
                {
                    return;
                }

                if (failed.SocketErrorCode != SocketError.ConnectionReset)
                {
                    _host.Log.AcceptFailed(failed.Message);
                    await Task.Delay(_pause, _host.Clock, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task MeetAsync(Socket socket)
    {
        try
        {
            if (await _greeting.MeetAsync(socket).ConfigureAwait(false) is { } greeted)
            {
                Use(greeted.Client);
                Serve(greeted);
            }
        }
        catch (Exception fault)
        {
            _host.Log.Fault(null, fault);
            socket.Dispose();
        }
    }

    /// <summary>Begins to serve a connection: nothing of how it was met is kept as long as it lives.</summary>
    private void Serve(Greeted greeted)
    {
        if (greeted.Hello.Kind != ClientKind.Proxy)
        {
            var other = new OtherConnection(greeted);
            greeted.Hello.Release();
            if (!_others.Writer.TryWrite(other))
            {
                greeted.Wire.Dispose();
            }

            return;
        }

        var hello = greeted.Hello;
        var connection = new Http2Connection(_host, greeted.Wire, greeted.Client) { Listener = this };
        _connections.Add(connection);
        if (Volatile.Read(ref _isEnding))
        {
            connection.Retire();
        }

        _ = connection.RunAsync(hello.Frames, hello.Head, hello.WasAnswered);
        hello.Release();
    }

    private void Use(ClientLink client)
    {
        if (client.IsEncrypted)
        {
            _heap.Use();
        }
    }

    /// <summary>A connection is over.</summary>
    void IHttp2Listener.Ended(Http2Connection connection)
    {
        Use(connection.Client);
        if (_connections.Remove(connection) == 0 && Volatile.Read(ref _isEnding))
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Something has begun on a connection that is counted in seconds.</summary>
    void IHttp2Listener.LookSoon(Http2Connection connection) => _connections.Hasten(connection);

    /// <summary>Whoever comes from here on sees that this ends, and whoever came before is among those it returns.</summary>
    private IEnumerable<Http2Connection> EndAll()
    {
        Interlocked.Exchange(ref _isEnding, true);
        var all = _connections.All();
        if (all.Count == 0)
        {
            _empty.TrySetResult();
        }

        return all.Cast<Http2Connection>();
    }

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _isSweeping, true))
        {
            return;
        }

        _heap.Look();
        _greeting.Deadlines.Check(_host.Clock.GetTimestamp());
        SweepSome();
    }

    /// <summary>Goes on with a sweep.</summary>
    void IThreadPoolWorkItem.Execute() => SweepSome();

    /// <summary>Some connections at a time: what is to be sent meanwhile does not wait for all of them.</summary>
    private void SweepSome()
    {
        var isMore = _connections.Take(_due, SweptAtOnce);
        var now = _host.Clock.GetTimestamp();
        foreach (var connection in _due)
        {
            _connections.Return(connection, now, connection.Check(now));
        }

        _due.Clear();
        if (isMore)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        Volatile.Write(ref _isSweeping, false);
    }
}
