using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Mesh.Testing.Network;

/// <summary>
/// A network between a client and a server that does what a test says: it delays, holds everything back (a black hole, in one or
/// both directions), cuts, refuses, and leads elsewhere. Safe for concurrent use.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private const int ChunkSize = 16 * 1024;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Link> _links = [];
    private readonly Task _accepting;
    private TaskCompletionSource _upOpen = Opened();
    private TaskCompletionSource _downOpen = Opened();
    private long _delayTicks;
    private long _bytesUp;
    private long _bytesDown;
    private int _accepted;
    private volatile IPEndPoint _target;
    private volatile bool _refuses;

    private TcpRelay(IPEndPoint target)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where clients connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections made so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes carried from clients to the server.</summary>
    public long BytesUp => Interlocked.Read(ref _bytesUp);

    /// <summary>Bytes carried from the server to clients.</summary>
    public long BytesDown => Interlocked.Read(ref _bytesDown);

    /// <summary>How much later everything arrives, in its order.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>New connections are closed at once.</summary>
    public bool Refuses
    {
        get => _refuses;
        set => _refuses = value;
    }

    /// <summary>Starts a relay on a free port of the loopback address.</summary>
    /// <param name="port">Port of the server, on the loopback address.</param>
    public static TcpRelay To(int port) => new(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Leads new connections to another port.</summary>
    public void LeadTo(int port) => _target = new IPEndPoint(IPAddress.Loopback, port);

    /// <summary>Holds back what clients send, what the server sends, or both; nothing is lost, and connections stay open.</summary>
    public void HoldBack(bool up = true, bool down = true)
    {
        lock (_lock)
        {
            _upOpen = up && _upOpen.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _upOpen;
            _downOpen = down && _downOpen.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _downOpen;
        }
    }

    /// <summary>Lets everything through again.</summary>
    public void LetThrough()
    {
        lock (_lock)
        {
            _upOpen.TrySetResult();
            _downOpen.TrySetResult();
        }
    }

    /// <summary>Closes every connection, so that both ends notice.</summary>
    public void Cut()
    {
        Link[] links;
        lock (_lock)
        {
            links = [.. _links];
        }

        foreach (var link in links)
        {
            link.Close();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        LetThrough();
        Cut();
        _stop.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var link = new Link(client);
        if (_refuses)
        {
            return;
        }

        lock (_lock)
        {
            _links.Add(link);
        }

        try
        {
            await link.Server.ConnectAsync(_target, _stop.Token);
            client.NoDelay = link.Server.NoDelay = true;
            var (near, far) = (client.GetStream(), link.Server.GetStream());
            await Task.WhenAny(
                CarryAsync(near, far, () => _upOpen.Task, n => Interlocked.Add(ref _bytesUp, n)),
                CarryAsync(far, near, () => _downOpen.Task, n => Interlocked.Add(ref _bytesDown, n)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // One of both ends is gone: so is the other.
        }
        finally
        {
            lock (_lock)
            {
                _links.Remove(link);
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, Func<Task> open, Action<int> count)
    {
        var chunks = Channel.CreateBounded<(byte[] Bytes, long Due)>(1024);
        var writing = WriteAsync(chunks.Reader, to, open);
        try
        {
            var buffer = new byte[ChunkSize];
            int read;
            while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
            {
                count(read);
                await chunks.Writer.WriteAsync((buffer[..read], Environment.TickCount64 + (long)Delay.TotalMilliseconds), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Ended.
        }

        chunks.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync(ChannelReader<(byte[] Bytes, long Due)> chunks, NetworkStream to, Func<Task> open)
    {
        try
        {
            await foreach (var (bytes, due) in chunks.ReadAllAsync(_stop.Token))
            {
                if (due - Environment.TickCount64 is var left and > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(left), _stop.Token);
                }

                await open().WaitAsync(_stop.Token);
                await to.WriteAsync(bytes, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Ended.
        }
    }

    private sealed class Link(TcpClient client) : IDisposable
    {
        public TcpClient Server { get; } = new();

        public void Close()
        {
            client.Close();
            Server.Close();
        }

        public void Dispose() => Close();
    }
}
