using System.Buffers.Binary;
using EnvoyApi.Service.Discovery.V3;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>A client that keeps account of what the server may send, to the byte, and puts messages together.</summary>
internal sealed class WindowedClient(Http2Client client, uint initialWindow) : IDisposable
{
    private readonly Dictionary<int, long> _windows = [];
    private readonly Dictionary<int, List<byte>> _bytes = [];
    private readonly Queue<uint> _settings = new([initialWindow]);
    private long _initialWindow = initialWindow;

    public Http2Client Client => client;

    /// <summary>What the server may send on the connection.</summary>
    public long Window { get; private set; } = Http2Settings.DefaultWindow;

    public static async Task<WindowedClient> ConnectAsync(Uri server, uint initialWindow)
    {
        var client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(FrameHeader.Preface.ToArray(), SentFrames.InitialWindow(initialWindow));
        return new WindowedClient(client, initialWindow);
    }

    /// <summary>What the server may send on a stream.</summary>
    public long WindowOf(int stream) => _windows[stream];

    /// <summary>Opens a discovery stream; its window is the initial one. Not while a change of that is under way.</summary>
    public async Task OpenAsync(int stream, string node)
    {
        _windows[stream] = _initialWindow;
        _bytes[stream] = [];
        await client.SendAsync(SentFrames.Call(stream), Requests.First(stream, node));
    }

    public async Task GrantAsync(int stream, int bytes)
    {
        if (stream == 0)
        {
            Window += bytes;
        }
        else
        {
            _windows[stream] += bytes;
        }

        await client.SendAsync(SentFrames.WindowUpdate(stream, bytes));
    }

    /// <summary>Changes the initial window; it counts when the server acknowledges it.</summary>
    public async Task ChangeAsync(uint window)
    {
        _settings.Enqueue(window);
        await client.SendAsync(SentFrames.InitialWindow(window));
    }

    /// <summary>Reads a frame. The stream of its DATA; 0: it has none.</summary>
    public async Task<int> ReadAsync()
    {
        var frame = await client.ReadAsync() ?? throw new EndOfStreamException("the connection ended");
        Assert.True(frame.Error is null, frame.ToString());
        if (frame is { Type: FrameType.Settings, IsAck: true })
        {
            Acknowledged();
        }

        if (frame.Type != FrameType.Data)
        {
            return 0;
        }

        Window -= frame.Payload.Length;
        _windows[frame.StreamId] -= frame.Payload.Length;
        Assert.True(Window >= 0, $"{-Window} bytes too many on the connection");
        Assert.True(_windows[frame.StreamId] >= 0, $"{-_windows[frame.StreamId]} bytes too many on stream {frame.StreamId}");
        _bytes[frame.StreamId].AddRange(frame.Payload);
        return frame.StreamId;
    }

    /// <summary>Reads until the server has handled all that was sent; nothing of a stream may come.</summary>
    public async Task ExpectNothingAsync()
    {
        const byte Mark = 0xAB;
        await client.SendAsync(SentFrames.Ping(Mark));
        do
        {
            Assert.Equal(0, await ReadAsync());
        }
        while (client.Seen[^1] is not { Type: FrameType.Ping, IsAck: true });
    }

    /// <summary>Reads until the settings that were sent are acknowledged.</summary>
    public async Task SettleAsync()
    {
        while (_settings.Count > 0)
        {
            await ReadAsync();
        }
    }

    /// <summary>The next whole message of a stream; null: it is not there yet.</summary>
    public DeltaDiscoveryResponse? TryTake(int stream)
    {
        var bytes = _bytes[stream];
        if (bytes.Count < 5)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian([.. bytes[1..5]]);
        if (bytes.Count < 5 + length)
        {
            return null;
        }

        var message = DeltaDiscoveryResponse.Parser.ParseFrom([.. bytes[5..(5 + length)]]);
        bytes.RemoveRange(0, 5 + length);
        return message;
    }

    public void Dispose() => client.Dispose();

    private void Acknowledged()
    {
        var window = _settings.Dequeue();
        foreach (var stream in _windows.Keys)
        {
            _windows[stream] += window - _initialWindow;
        }

        _initialWindow = window;
    }
}
