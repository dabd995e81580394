using System.Buffers.Binary;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;

namespace Mesh.Server.Ads.Http2;

/// <summary>What the frames of a client do (RFC 9113, sections 5 and 6). For the reading loop alone; streams are touched under the lock.</summary>
internal sealed class ConnectionInput(Http2Connection connection) : IFrameSink
{
    private readonly HeaderInput _headers = new(connection);
    private int _unackedSettings;
    private bool _hasSettings;
    private Http2Stream? _data;
    private int _dataLength;

    private ConnectionOutput Output => connection.Output;

    /// <summary>How the connection began.</summary>
    /// <param name="first">Its first header block, if that was decoded already.</param>
    /// <param name="settings">How many SETTINGS frames were sent. Ours are the last.</param>
    public void Expect(FirstHead? first, int settings)
    {
        _headers.Expect(first);
        _unackedSettings = settings;
    }

    public void Begin(in FrameHeader frame)
    {
        if (!_hasSettings)
        {
            // A part of the preface (section 3.4).
            _hasSettings = frame.Type == FrameType.Settings && !frame.Has(FrameHeader.Ack) ? true : throw FrameRules.Broken("the first frame is not SETTINGS");
        }

        if (_headers.OpenBlock is var expected and not 0 && (frame.Type != FrameType.Continuation || frame.StreamId != expected))
        {
            throw FrameRules.Broken("a header block is interrupted");
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
            connection.Spend(FrameBudget.OfEmptyData);
        }
        else if (stream is null)
        {
            connection.Spend(FrameBudget.OfOther);
        }

        lock (Output.Lock)
        {
            if (stream is null)
            {
                connection.Streams.Credit(frame.Length);
                return;
            }

            if (frame.Length > _dataLength)
            {
                stream.Credit(frame.Length - _dataLength);
            }

            if (frame.Has(FrameHeader.EndStream) && !stream.TryHalfClose(out wakes))
            {
                connection.Refuse(stream, Http2Error.Protocol);
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
                _headers.Begin(frame, payload);
                break;
            case FrameType.Continuation:
                _headers.Continue(frame, payload);
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
                throw FrameRules.Broken("GOAWAY on a stream");
            case FrameType.GoAway:
                connection.Spend(FrameBudget.OfOther);
                FrameRules.Require(frame, payload.Length >= 8);
                break;
            case FrameType.PushPromise:
                throw FrameRules.Broken("a client does not push");
            default:
                connection.Spend(FrameBudget.OfOther);
                break;
        }
    }

    /// <summary>Gives back what is kept.</summary>
    public void Release() => _headers.Release();

    private void BeginData(in FrameHeader frame)
    {
        _dataLength = 0;
        lock (Output.Lock)
        {
            connection.Streams.UseWindow(frame.Length);
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
                connection.Refuse(stream, error);
            }
        }
    }

    private void TakePriority(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        connection.Spend(FrameBudget.OfOther);
        if (frame.StreamId == 0)
        {
            throw FrameRules.Broken("PRIORITY on no stream");
        }

        if (payload.Length != FrameRules.PriorityLength)
        {
            ResetIfOpen(frame.StreamId, Http2Error.FrameSize);
        }
        else if (FrameRules.Dependency(payload) == frame.StreamId)
        {
            ResetIfOpen(frame.StreamId, Http2Error.Protocol);
        }
    }

    private void TakeReset(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        FrameRules.Require(frame, payload.Length == 4);
        connection.Spend(FrameBudget.OfReset);
        Http2Stream? stream;
        lock (Output.Lock)
        {
            stream = Find(frame, orClosed: true);
            if (stream is not null)
            {
                connection.Streams.Remove(stream, new IOException("the client reset the stream"));
            }
        }

        stream?.Lost();
    }

    private void TakeSettings(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId != 0)
        {
            throw FrameRules.Broken("SETTINGS on a stream");
        }

        if (frame.Has(FrameHeader.Ack))
        {
            FrameRules.Require(frame, payload.IsEmpty);
            connection.Spend(FrameBudget.OfOther);
            if (--_unackedSettings == 0)
            {
                _headers.LimitTable();
            }

            return;
        }

        connection.Spend(FrameBudget.OfSettings);
        lock (Output.Lock)
        {
            connection.Streams.Take(payload);
        }
    }

    private void TakePing(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId != 0)
        {
            throw FrameRules.Broken("PING on a stream");
        }

        FrameRules.Require(frame, payload.Length == 8);
        if (frame.Has(FrameHeader.Ack))
        {
            connection.Spend(FrameBudget.OfOther);
            return;
        }

        connection.Spend(FrameBudget.OfPing);
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
        FrameRules.Require(frame, payload.Length == 4);
        connection.Spend(FrameBudget.OfOther);
        var by = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        lock (Output.Lock)
        {
            if (frame.StreamId == 0)
            {
                connection.Streams.Widen(by > 0 ? by : throw FrameRules.Broken("WINDOW_UPDATE by 0"));
            }
            else if (Find(frame, orClosed: true) is { } stream && (by == 0 || !stream.TryWiden(by)))
            {
                connection.Refuse(stream, by == 0 ? Http2Error.Protocol : Http2Error.FlowControl);
            }
        }
    }

    /// <summary>The stream of a frame; null: it is over, and the frame is ignored.</summary>
    /// <exception cref="Http2Exception">It is idle, or over in a way that the client knows of (section 5.1).</exception>
    private Http2Stream? Find(in FrameHeader frame, bool orClosed = false)
    {
        if (frame.StreamId == 0 || (frame.StreamId & 1) == 0 || frame.StreamId > connection.Streams.LastId)
        {
            throw FrameRules.Broken($"{frame.Type} on an idle stream");
        }

        var stream = connection.Streams.Find(frame.StreamId);
        return stream is null && !orClosed && !connection.Streams.WasReset(frame.StreamId)
            ? throw new Http2Exception(Http2Error.StreamClosed, $"{frame.Type} on a closed stream")
            : stream;
    }

    private void ResetIfOpen(int id, Http2Error error)
    {
        lock (Output.Lock)
        {
            if (connection.Streams.Find(id) is { } stream)
            {
                connection.Refuse(stream, error);
            }
        }
    }
}
