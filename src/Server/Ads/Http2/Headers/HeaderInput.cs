using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Ads.Http2.Headers;

/// <summary>The header blocks of a client: requests and trailers (RFC 9113, sections 6.2, 6.10 and 8). For the reading loop alone.</summary>
internal sealed class HeaderInput(Http2Connection connection)
{
    private readonly HeaderBlock _block = new(connection.Buffers);
    private HeaderDecoder? _decoder;
    private FirstHead? _first;

    private HeaderDecoder Decoder => _decoder ??= new HeaderDecoder();

    /// <summary>The stream whose block is not complete; 0: none.</summary>
    public int OpenBlock => _block.StreamId;

    /// <summary>The client has acknowledged that it is to have us remember nothing.</summary>
    public void LimitTable()
    {
        if (_first is not null)
        {
            // It was decoded without this limit.
            (_first, _decoder) = (null, null);
        }

        Decoder.Limit(0);
    }

    /// <summary>The first block was decoded already; null: it was not.</summary>
    public void Expect(FirstHead? first)
    {
        _first = first;
        _decoder = first?.Decoder;
    }

    /// <summary>Gives back what is kept.</summary>
    public void Release() => _block.Release();

    /// <summary>A HEADERS frame.</summary>
    public void Begin(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId == 0 || (frame.StreamId & 1) == 0)
        {
            throw FrameRules.Broken("HEADERS on a stream that is not the client's");
        }

        var padding = 0;
        if (frame.Has(FrameHeader.Padded))
        {
            FrameRules.Require(frame, payload.Length >= 1);
            padding = payload[0];
            payload = payload[1..];
        }

        var dependsOnItself = false;
        if (frame.Has(FrameHeader.HasPriority))
        {
            FrameRules.Require(frame, payload.Length >= FrameRules.PriorityLength);
            dependsOnItself = FrameRules.Dependency(payload) == frame.StreamId;
            payload = payload[FrameRules.PriorityLength..];
        }

        if (payload.Length < padding)
        {
            throw FrameRules.Broken("padding is longer than its frame");
        }

        _block.Begin(frame, dependsOnItself, payload[..^padding]);
        End(frame);
    }

    /// <summary>A CONTINUATION frame.</summary>
    public void Continue(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (_block.StreamId == 0)
        {
            throw FrameRules.Broken("CONTINUATION without a header block");
        }

        _block.Continue(payload);
        End(frame);
    }

    private void End(in FrameHeader frame)
    {
        if (!frame.Has(FrameHeader.EndHeaders))
        {
            return;
        }

        var id = frame.StreamId;
        var isTrailers = id <= connection.Streams.LastId;
        var (head, isDecoded) = Decode(isTrailers);
        var (endsStream, dependsOnItself) = (_block.EndsStream, _block.DependsOnItself);
        _block.Release();
        if (!isDecoded)
        {
            throw new Http2Exception(Http2Error.Compression, "a header block cannot be decoded");
        }

        connection.Spend(FrameBudget.OfStream);
        if (isTrailers)
        {
            TakeTrailers(id, head, endsStream);
            return;
        }

        connection.Open(id, head, endsStream, dependsOnItself);
    }

    private (RequestHead Head, bool IsDecoded) Decode(bool isTrailers)
    {
        if (_first is { } first)
        {
            _first = null;
            return (first.Head, first.IsDecoded);
        }

        var head = new RequestHead(isTrailers);
        // Also that of a stream which nobody wants: the next block builds on it.
        return (head, Decoder.TryDecode(_block.Bytes, head));
    }

    private void TakeTrailers(int id, RequestHead head, bool endsStream)
    {
        var wakes = false;
        Http2Stream? stream;
        lock (connection.Output.Lock)
        {
            stream = connection.Streams.Find(id);
            if (stream is null)
            {
                if (!connection.Streams.WasReset(id))
                {
                    throw new Http2Exception(Http2Error.StreamClosed, "HEADERS on a closed stream");
                }

                return;
            }

            if (stream.IsHalfClosed)
            {
                connection.Refuse(stream, Http2Error.StreamClosed);
            }
            else if (!endsStream || !head.IsWellFormed || !stream.TryHalfClose(out wakes))
            {
                connection.Refuse(stream, Http2Error.Protocol);
            }
        }

        if (wakes)
        {
            stream.WakeReader();
        }
    }
}
