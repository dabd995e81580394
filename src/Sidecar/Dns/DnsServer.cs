using System.Net;
using System.Net.Sockets;

namespace Mesh.Sidecar.Dns;

/// <summary>DNS over UDP and TCP on a loopback port. What it does at once is bounded: beyond that, questions are dropped and asked again.</summary>
internal sealed class DnsServer : IDisposable
{
    private const int MaxQuestionsAtOnce = 512;
    private const int MaxConnections = 128;
    private static readonly TimeSpan _idleConnection = TimeSpan.FromSeconds(10);
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly DnsResponder _responder;
    private readonly SemaphoreSlim _connections = new(MaxConnections);
    private int _questions;

    private DnsServer(Socket udp, Socket tcp, DnsResponder responder)
    {
        _udp = udp;
        _tcp = tcp;
        _responder = responder;
    }

    /// <summary>The port it listens on, UDP and TCP.</summary>
    public ushort Port => (ushort)((IPEndPoint)_tcp.LocalEndPoint!).Port;

    /// <summary>Opens the port; 0: any that is free for both.</summary>
    /// <exception cref="SidecarException">The port is in use.</exception>
    public static DnsServer Listen(ushort port, DnsResponder responder)
    {
        var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            udp.Bind(tcp.LocalEndPoint!);
            tcp.Listen();
            return new DnsServer(udp, tcp, responder);
        }
        catch (SocketException e)
        {
            udp.Dispose();
            tcp.Dispose();
            throw new SidecarException(
                SidecarException.Failed,
                $"the DNS port {port} cannot be opened ({e.Message}): choose another with --dns-proxy-port, or none with --dns-enabled=false",
                e);
        }
    }

    /// <summary>Answers until it is told to stop.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(RunUdpAsync(cancellationToken), RunTcpAsync(cancellationToken));

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private async Task RunUdpAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[DnsMessage.MaxMessage];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var received = await _udp.ReceiveFromAsync(buffer, anyone, cancellationToken).ConfigureAwait(false);
                if (Interlocked.Increment(ref _questions) > MaxQuestionsAtOnce)
                {
                    Interlocked.Decrement(ref _questions);
                }
                else
                {
                    _ = AnswerUdpAsync(buffer[..received.ReceivedBytes], received.RemoteEndPoint, cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that is gone shows here; the socket itself is fine.
            }
        }
    }

    private async Task AnswerUdpAsync(byte[] query, EndPoint client, CancellationToken cancellationToken)
    {
        try
        {
            if (await _responder.RespondAsync(query, overTcp: false, cancellationToken).ConfigureAwait(false) is { } answer)
            {
                await _udp.SendToAsync(answer, client, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or we are going.
        }
        finally
        {
            Interlocked.Decrement(ref _questions);
        }
    }

    private async Task RunTcpAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(cancellationToken).ConfigureAwait(false);
                _ = ServeAsync(await AcceptAsync(cancellationToken).ConfigureAwait(false), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _tcp.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancellationToken)
    {
        try
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await using var stream = new NetworkStream(client, ownsSocket: true);
            idle.CancelAfter(_idleConnection);
            while (await DnsTcp.ReadAsync(stream, idle.Token).ConfigureAwait(false) is { } query)
            {
                if (await _responder.RespondAsync(query, overTcp: true, idle.Token).ConfigureAwait(false) is not { } answer)
                {
                    return;
                }

                await DnsTcp.WriteAsync(stream, answer, idle.Token).ConfigureAwait(false);
                idle.CancelAfter(_idleConnection);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone or idle.
        }
        finally
        {
            _connections.Release();
        }
    }
}
