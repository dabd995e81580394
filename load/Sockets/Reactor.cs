using System.Collections.Concurrent;
using Mesh.Server.Ads.Sockets.Polling;

namespace Mesh.Load.Sockets;

/// <summary>A thread that serves many connections: what becomes readable is read into one buffer and handled at once.</summary>
internal sealed class Reactor : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly Epoll _epoll = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Thread _thread;

    // The thread's own.
    private readonly PriorityQueue<Action, long> _later = new();
    private SocketLink?[] _links = new SocketLink?[1024];
    private bool _isStopping;

    public Reactor(string name)
    {
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where links read to.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    /// <summary>What a handler throws ends the run; null: nothing was thrown.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Runs something on the thread. From any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _epoll.Wake();
    }

    /// <summary>Runs something on the thread after a time, to the millisecond. On the thread.</summary>
    public void After(TimeSpan delay, Action action) => _later.Enqueue(action, Environment.TickCount64 + (long)Math.Ceiling(delay.TotalMilliseconds));

    /// <summary>Runs something on the thread and waits for it.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void Dispose()
    {
        Post(() => _isStopping = true);
        _thread.Join();
        _epoll.Dispose();
    }

    internal void Register(SocketLink link, uint interest)
    {
        if (link.Descriptor >= _links.Length)
        {
            Array.Resize(ref _links, Math.Max(_links.Length * 2, link.Descriptor + 1));
        }

        _links[link.Descriptor] = link;
        _epoll.Register(link.Descriptor, (ulong)link.Descriptor, interest);
    }

    internal void Change(SocketLink link, uint interest) => _epoll.Change(link.Descriptor, (ulong)link.Descriptor, interest);

    internal void Unregister(SocketLink link)
    {
        _links[link.Descriptor] = null;
        _epoll.Unregister(link.Descriptor);
    }

    /// <summary>Milliseconds until something is due; -1: nothing waits.</summary>
    private int UntilDue() => _later.TryPeek(out _, out var due) ? (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue) : -1;

    private void RunDue()
    {
        while (_later.TryPeek(out var action, out var due) && due <= Environment.TickCount64)
        {
            _later.Dequeue();
            action();
        }
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                var ready = _epoll.Wait(UntilDue());
                for (var i = 0; i < ready; i++)
                {
                    if (_epoll.Take(i, out var descriptor, out var readiness))
                    {
                        // Closed by an earlier event of the same batch: then there is none.
                        _links[descriptor]?.Ready(readiness);
                    }
                }

                // What these post has its turn after the connections have had theirs.
                for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var action); left--)
                {
                    action();
                }

                RunDue();
                if (!_posted.IsEmpty)
                {
                    _epoll.Wake();
                }
            }
        }
        catch (Exception e)
        {
            Fault = e;
            Console.Error.WriteLine(e);
        }
    }
}
