using System.Buffers.Binary;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Ads.Http2;

/// <summary>What the frames of a client do (RFC 9113, sections 5 and 6). For the reading loop alone; streams are touched under the lock.</summary>
internal sealed class ConnectionInput(Http2Connection connection) : IFrameSink
{
    private const int PriorityLength = 5;

    private readonly HeaderDecoder _decoder = new();
    private readonly HeaderBlock _block = new(connection.Buffers);
    private int _settingsAcked;
    private bool _hasSettings;
    private Http2Stream? _data;
    private int _dataLength;

    private ConnectionOutput Output => connection.Output;

    public void Begin(in FrameHeader frame)
    {
        if (!_hasSettings)
        {
            // A part of the preface (section 3.4).
            _hasSettings = frame.Type == FrameType.Settings && !frame.Has(FrameHeader.Ack) ? true : throw Broken("the first frame is not SETTINGS");
        }

        if (_block.StreamId is var expected and not 0 && (frame.Type != FrameType.Continuation || frame.StreamId != expected))
        {
            throw Broken("a header block is interrupted");
        }

        if (frame.Type == FrameType.Data)
        {
            BeginData(frame);
        }
    }

    public void Data(ReadOnlySpan<byte> payload)
    {
        _dataLength += payload.Length;
        if (_data is not { } stream)
        {
            return;
        }

        bool wakes;
        lock (Output.Lock)
        {
            wakes = stream.Receive(payload);
        }

        if (wakes)
        {
            stream.WakeReader();
        }
    }

    public void EndData(in FrameHeader frame)
    {
        var stream = _data;
        _data = null;
        var wakes = false;
        if (_dataLength == 0 && !frame.Has(FrameHeader.EndStream))
        {
            Spend(FrameBudget.OfEmptyData);
        }
        else if (stream is null)
        {
            Spend(FrameBudget.OfOther);
        }

        lock (Output.Lock)
        {
            if (stream is null)
            {
                connection.Credit(frame.Length);
                return;
            }

            if (frame.Length > _dataLength)
            {
                stream.Credit(frame.Length - _dataLength);
            }

            if (frame.Has(FrameHeader.EndStream) && !stream.TryHalfClose(out wakes))
            {
                Refuse(stream, Http2Error.Protocol);
            }
        }

        if (wakes)
        {
            stream.WakeReader();
        }
    }

    public void Frame(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        switch (frame.Type)
        {
            case FrameType.Headers:
                BeginHeaders(frame, payload);
                break;
            case FrameType.Continuation:
                ContinueHeaders(frame, payload);
                break;
            case FrameType.Priority:
                TakePriority(frame, payload);
                break;
            case FrameType.ResetStream:
                TakeReset(frame, payload);
                break;
            case FrameType.Settings:
                TakeSettings(frame, payload);
                break;
            case FrameType.Ping:
                TakePing(frame, payload);
                break;
            case FrameType.WindowUpdate:
                TakeWindowUpdate(frame, payload);
                break;
            case FrameType.GoAway when frame.StreamId != 0:
                throw Broken("GOAWAY on a stream");
            case FrameType.GoAway:
                Spend(FrameBudget.OfOther);
                Require(frame, payload.Length >= 8);
                break;
            case FrameType.PushPromise:
                throw Broken("a client does not push");
            default:
                Spend(FrameBudget.OfOther);
                break;
        }
    }

    /// <summary>Gives back what is kept.</summary>
    public void Release() => _block.Release();

    private void BeginData(in FrameHeader frame)
    {
        _dataLength = 0;
        lock (Output.Lock)
        {
            connection.UseWindow(frame.Length);
            _data = Find(frame);
            if (_data is null)
            {
                return;
            }

            var error = _data.IsHalfClosed ? Http2Error.StreamClosed : _data.TryUseWindow(frame.Length) ? Http2Error.None : Http2Error.FlowControl;
            if (error != Http2Error.None)
            {
                var stream = _data;
                _data = null;
                Refuse(stream, error);
            }
        }
    }

    private void BeginHeaders(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId == 0 || (frame.StreamId & 1) == 0)
        {
            throw Broken("HEADERS on a stream that is not the client's");
        }

        var padding = 0;
        if (frame.Has(FrameHeader.Padded))
        {
            Require(frame, payload.Length >= 1);
            padding = payload[0];
            payload = payload[1..];
        }

        var dependsOnItself = false;
        if (frame.Has(FrameHeader.HasPriority))
        {
            Require(frame, payload.Length >= PriorityLength);
            dependsOnItself = Dependency(payload) == frame.StreamId;
            payload = payload[PriorityLength..];
        }

        if (payload.Length < padding)
        {
            throw Broken("padding is longer than its frame");
        }

        _block.Begin(frame, dependsOnItself, payload[..^padding]);
        EndHeaders(frame);
    }

    private void ContinueHeaders(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (_block.StreamId == 0)
        {
            throw Broken("CONTINUATION without a header block");
        }

        _block.Continue(payload);
        EndHeaders(frame);
    }

    private void EndHeaders(in FrameHeader frame)
    {
        if (!frame.Has(FrameHeader.EndHeaders))
        {
            return;
        }

        var id = frame.StreamId;
        var isTrailers = id <= connection.LastStreamId;
        var head = new RequestHead(isTrailers);
        // Also that of a stream which nobody wants: the next block builds on it.
        var isDecoded = _decoder.TryDecode(_block.Bytes, head);
        var (endsStream, dependsOnItself) = (_block.EndsStream, _block.DependsOnItself);
        _block.Release();
        if (!isDecoded)
        {
            throw new Http2Exception(Http2Error.Compression, "a header block cannot be decoded");
        }

        Spend(FrameBudget.OfStream);
        if (isTrailers)
        {
            TakeTrailers(id, head, endsStream);
            return;
        }

        connection.Open(id, head, endsStream, dependsOnItself);
    }

    private void TakeTrailers(int id, RequestHead head, bool endsStream)
    {
        var wakes = false;
        Http2Stream? stream;
        lock (Output.Lock)
        {
            stream = connection.Find(id);
            if (stream is null)
            {
                if (!connection.WasReset(id))
                {
                    throw new Http2Exception(Http2Error.StreamClosed, "HEADERS on a closed stream");
                }

                return;
            }

            if (stream.IsHalfClosed)
            {
                Refuse(stream, Http2Error.StreamClosed);
            }
            else if (!endsStream || !head.IsWellFormed || !stream.TryHalfClose(out wakes))
            {
                Refuse(stream, Http2Error.Protocol);
            }
        }

        if (wakes)
        {
            stream.WakeReader();
        }
    }

    private void TakePriority(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Spend(FrameBudget.OfOther);
        if (frame.StreamId == 0)
        {
            throw Broken("PRIORITY on no stream");
        }

        if (payload.Length != PriorityLength)
        {
            ResetIfOpen(frame.StreamId, Http2Error.FrameSize);
        }
        else if (Dependency(payload) == frame.StreamId)
        {
            ResetIfOpen(frame.StreamId, Http2Error.Protocol);
        }
    }

    private void TakeReset(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Require(frame, payload.Length == 4);
        Spend(FrameBudget.OfReset);
        Http2Stream? stream;
        lock (Output.Lock)
        {
            stream = Find(frame, orClosed: true);
            if (stream is not null)
            {
                connection.Remove(stream, new IOException("the client reset the stream"));
            }
        }

        stream?.Lost();
    }

    private void TakeSettings(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId != 0)
        {
            throw Broken("SETTINGS on a stream");
        }

        if (frame.Has(FrameHeader.Ack))
        {
            Require(frame, payload.IsEmpty);
            Spend(FrameBudget.OfOther);
            // The first one is empty, the second one is ours.
            if (++_settingsAcked == 2)
            {
                _decoder.Limit(0);
            }

            return;
        }

        Spend(FrameBudget.OfSettings);
        connection.Take(payload);
    }

    private void TakePing(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId != 0)
        {
            throw Broken("PING on a stream");
        }

        Require(frame, payload.Length == 8);
        if (frame.Has(FrameHeader.Ack))
        {
            Spend(FrameBudget.OfOther);
            return;
        }

        Spend(FrameBudget.OfPing);
        Span<byte> answer = stackalloc byte[FrameHeader.Size + 8];
        FrameHeader.Write(answer, 8, FrameType.Ping, FrameHeader.Ack, 0);
        payload.CopyTo(answer[FrameHeader.Size..]);
        lock (Output.Lock)
        {
            Output.Enqueue(answer);
        }
    }

    private void TakeWindowUpdate(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Require(frame, payload.Length == 4);
        Spend(FrameBudget.OfOther);
        var by = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        lock (Output.Lock)
        {
            if (frame.StreamId == 0)
            {
                connection.Widen(by > 0 ? by : throw Broken("WINDOW_UPDATE by 0"));
            }
            else if (Find(frame, orClosed: true) is { } stream && (by == 0 || !stream.TryWiden(by)))
            {
                Refuse(stream, by == 0 ? Http2Error.Protocol : Http2Error.FlowControl);
            }
        }
    }

    /// <summary>The stream of a frame; null: it is over, and the frame is ignored.</summary>
    /// <exception cref="Http2Exception">It is idle, or over in a way that the client knows of (section 5.1).</exception>
    private Http2Stream? Find(in FrameHeader frame, bool orClosed = false)
    {
        if (frame.StreamId == 0 || (frame.StreamId & 1) == 0 || frame.StreamId > connection.LastStreamId)
        {
            throw Broken($"{frame.Type} on an idle stream");
        }

        var stream = connection.Find(frame.StreamId);
        return stream is null && !orClosed && !connection.WasReset(frame.StreamId)
            ? throw new Http2Exception(Http2Error.StreamClosed, $"{frame.Type} on a closed stream")
            : stream;
    }

    private void ResetIfOpen(int id, Http2Error error)
    {
        lock (Output.Lock)
        {
            if (connection.Find(id) is { } stream)
            {
                Refuse(stream, error);
            }
        }
    }

    /// <summary>Resets a stream whose client breaks its rules. That costs as much as if the client had reset it: it could have meant to.</summary>
    private void Refuse(Http2Stream stream, Http2Error error)
    {
        connection.Reset(stream, error);
        Spend(FrameBudget.OfReset);
    }

    private void Spend(int cost)
    {
        if (!connection.Budget.TrySpend(cost))
        {
            throw new Http2Exception(Http2Error.EnhanceYourCalm, "too much is asked for that leads to nothing");
        }
    }

    private static void Require(in FrameHeader frame, bool hasRightLength)
    {
        if (!hasRightLength)
        {
            throw new Http2Exception(Http2Error.FrameSize, $"{frame.Type} of a wrong length");
        }
    }

    private static int Dependency(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;

    private static Http2Exception Broken(string message) => new(Http2Error.Protocol, message);
}
