using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Dns;

/// <summary>Passes questions on to the machine's name servers, one after the other, and their answers back.</summary>
internal sealed class DnsForwarder(IReadOnlyList<IPEndPoint> servers, TimeSpan timeout, TimeProvider clock, ILogger log)
{
    private int _isSilent;

    /// <summary>The answer to a query; null where no server gives one.</summary>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> query, bool overTcp, CancellationToken cancellationToken)
    {
        foreach (var server in servers)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = clock.CreateTimer(state => Cancel((CancellationTokenSource)state!), limit, timeout, Timeout.InfiniteTimeSpan);
            try
            {
                var answer = overTcp
                    ? await AskTcpAsync(server, query, limit.Token).ConfigureAwait(false)
                    : await AskUdpAsync(server, query, limit.Token).ConfigureAwait(false);
                if (Interlocked.Exchange(ref _isSilent, 0) == 1)
                {
                    log.UpstreamBack();
                }

                return answer;
            }
            catch (Exception e) when (e is SocketException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next one may answer.
            }
        }

        if (Interlocked.Exchange(ref _isSilent, 1) == 0)
        {
            log.UpstreamSilent(servers.Count == 0 ? "(none)" : string.Join(", ", servers));
        }

        return null;
    }

    private static async Task<byte[]> AskUdpAsync(IPEndPoint server, ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[DnsMessage.MaxMessage];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (length >= 2 && buffer.AsSpan(0, 2).SequenceEqual(query.Span[..2]))
            {
                return buffer[..length];
            }
        }
    }

    private static async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        await DnsTcp.WriteAsync(stream, query, cancellationToken).ConfigureAwait(false);
        return await DnsTcp.ReadAsync(stream, cancellationToken).ConfigureAwait(false) ?? throw new IOException("no answer");
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer was there first.
        }
    }
}
