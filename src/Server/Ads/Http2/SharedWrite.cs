using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// Frames of several streams on their way to the socket together, copied one behind the other. Under the lock of the output, but for
/// <see cref="WakeWriters"/>.
/// </summary>
internal sealed class SharedWrite(TransportBuffers buffers)
{
    private readonly List<Http2Stream> _streams = [];
    private byte[]? _bytes;
    private int _length;

    /// <summary>What is to be sent.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Begins, with room for so many bytes.</summary>
    public void Begin(int size) => _bytes = buffers.Rent(size);

    public void Add(ReadOnlySpan<byte> frames)
    {
        frames.CopyTo(_bytes.AsSpan(_length));
        _length += frames.Length;
    }

    public void Add(Http2Stream stream, ReadOnlySpan<byte> frames)
    {
        Add(frames);
        _streams.Add(stream);
    }

    /// <summary>It is sent, or never will be.</summary>
    /// <param name="output">Told what was sent of each stream; null: nobody needs to know.</param>
    public void End(ConnectionOutput? output)
    {
        if (_bytes is null)
        {
            return;
        }

        buffers.Return(_bytes);
        (_bytes, _length) = (null, 0);
        var done = 0;
        for (var i = 0; i < _streams.Count; i++)
        {
            if (output is null)
            {
                _streams[i].Sent();
            }
            else if (output.Finish(_streams[i]))
            {
                _streams[done++] = _streams[i];
            }
        }

        _streams.RemoveRange(done, _streams.Count - done);
    }

    /// <summary>Lets those go on whose responses are sent. Whoever sent does, before it sends again: until then nothing is added.</summary>
    public void WakeWriters()
    {
        foreach (var stream in _streams)
        {
            stream.WakeWriter();
        }

        _streams.Clear();
    }
}
