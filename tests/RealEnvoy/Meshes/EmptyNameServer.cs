using System.Net;
using System.Net.Sockets;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>A name server that knows no name.</summary>
public sealed class EmptyNameServer : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _answering;

    public EmptyNameServer() => _answering = AnswerAsync();

    public IPEndPoint Address => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            var query = await _socket.ReceiveAsync(_stop.Token);
            query.Buffer[2] |= 0x80;
            query.Buffer[3] = 0x80 | DnsQuery.NoSuchName;
            await _socket.SendAsync(query.Buffer, query.RemoteEndPoint, _stop.Token);
        }
    }
}
