using System.IO.Pipelines;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>One stream of a connection (RFC 9113, section 5). Its state is guarded by the lock of the connection's output.</summary>
internal sealed class Http2Stream : GrpcExchange
{
    /// <summary>Looked-at bytes of which the client is told at once; fewer wait for more.</summary>
    private const int MinCredit = Http2Settings.DefaultWindow / 4;

    private readonly Http2Connection _connection;
    private readonly RequestBody _request;
    private readonly ResponseBody _response;
    private readonly long? _contentLength;
    private CancellationTokenSource? _aborted;
    private StreamCredentials? _credentials;
    private byte[]? _end;
    private long _received;
    private long _sendWindow;
    private int _receiveWindow = Http2Settings.DefaultWindow;
    private int _credit;
    private bool _hasBegun;
    private bool _isClosed;

    public Http2Stream(Http2Connection connection, int id, RequestHead head, int sendWindow)
    {
        _connection = connection;
        Id = id;
        _contentLength = head.ContentLength;
        _sendWindow = sendWindow;
        _credentials = connection.Client.Credentials(head.Authorization is { Length: > 0 } token ? token : null);
        _request = new RequestBody(this, connection.Output, connection.Buffers);
        _response = new ResponseBody(this, connection.Output, connection.Buffers);
    }

    public int Id { get; }

    public override StreamCredentials Credentials => _credentials ?? throw new InvalidOperationException("the request is forgotten");

    public override PipeReader Input => _request;

    public override PipeWriter Output => _response;

    public override CancellationToken Aborted
    {
        get
        {
            lock (_connection.Output.Lock)
            {
                _aborted ??= new CancellationTokenSource();
                return _isClosed ? new CancellationToken(canceled: true) : _aborted.Token;
            }
        }
    }

    public override CancellationToken Retired => _connection.Retired;

    /// <summary>The next stream that has something to send.</summary>
    public Http2Stream? NextInLine { get; set; }

    public bool IsInLine { get; set; }

    /// <summary>It has something to send and a window is closed.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Whether the client has ended its side.</summary>
    public bool IsHalfClosed { get; private set; }

    /// <summary>Whether a response is on its way that is not sent as a whole.</summary>
    public bool HasMore => _response.IsQueued && !_isClosed;

    public override void ForgetRequest() => _credentials = null;

    public override void Retire() => _connection.Retire();

    public override void Abort() => _connection.Abort(this);

    public override void End(GrpcStatusCode status, string message = "") =>
        _connection.End(this, hasBegun => ResponseHead.End(Id, hasBegun, status, message));

    /// <summary>Ends the stream with a status of HTTP: the request was none of gRPC.</summary>
    public void End(int httpStatus) => _connection.End(this, _ => ResponseHead.Status(Id, httpStatus));

    /// <summary>Serves the call until it ends.</summary>
    public async Task ServeAsync(Http2Host host, string path)
    {
        try
        {
            await host.Methods.ServeAsync(path, this).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            host.Log.Fault(_connection.Client.Peer, fault);
            End(GrpcStatusCode.Internal, "internal error");
        }
    }

    /// <summary>Takes bytes of a DATA frame. Under the lock.</summary>
    /// <returns>True: <see cref="WakeReader"/> is to be called.</returns>
    public bool Receive(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed)
        {
            // It ended while the frame was coming in.
            _connection.Streams.Credit(bytes.Length);
            return false;
        }

        _received += bytes.Length;
        return _request.Append(bytes);
    }

    /// <summary>A DATA frame counts as a whole, with its padding (section 6.1). False: it is more than the client may send.</summary>
    public bool TryUseWindow(int length)
    {
        _receiveWindow -= length;
        return _receiveWindow >= 0;
    }

    /// <summary>The client's side ended. Under the lock, as <see cref="Receive"/>.</summary>
    /// <param name="wakes">Whether <see cref="WakeReader"/> is to be called.</param>
    /// <returns>False: the body is not as long as was announced (section 8.1.1).</returns>
    public bool TryHalfClose(out bool wakes)
    {
        IsHalfClosed = true;
        wakes = false;
        if (_isClosed)
        {
            return true;
        }

        wakes = _request.End();
        return _contentLength is null || _contentLength == _received;
    }

    public void WakeReader() => _request.WakeReader(inline: true);

    public void WakeWriter() => _response.Wake(inline: true);

    /// <summary>Bytes were read: the client may send as many more. Under the lock.</summary>
    /// <returns>True: there is something to send.</returns>
    public bool Credit(int bytes)
    {
        _credit += bytes;
        if (_credit < MinCredit || IsHalfClosed || _isClosed)
        {
            return _connection.Streams.Credit(bytes);
        }

        _receiveWindow += _credit;
        _connection.Output.Enqueue(FrameType.WindowUpdate, Id, _credit);
        _credit = 0;
        _connection.Streams.Credit(bytes);
        return true;
    }

    /// <summary>The client takes more. Under the lock. False: more than there can be (section 6.9.1).</summary>
    public bool TryWiden(long by)
    {
        _sendWindow += by;
        if (_sendWindow > int.MaxValue)
        {
            return false;
        }

        if (IsBlocked && _sendWindow > 0)
        {
            _connection.Output.Enqueue(this);
        }

        return true;
    }

    /// <summary>Sends the headers of the response, once. Under the lock.</summary>
    public void BeginResponse()
    {
        if (!_hasBegun && !_isClosed)
        {
            _hasBegun = true;
            _connection.Output.Enqueue(ResponseHead.Begin(Id));
        }
    }

    /// <summary>What is sent next. Under the lock. False: a window is closed, or there is nothing.</summary>
    public bool TryTake(ref long connectionWindow, out ReadOnlyMemory<byte> frames)
    {
        frames = default;
        return !_isClosed && _response.IsQueued && _response.TryTake(ref connectionWindow, ref _sendWindow, out frames);
    }

    /// <summary>Bytes of its response that were not sent. Under the lock.</summary>
    public int Unsent => _response.Unsent;

    /// <summary>Whether the socket takes bytes of it. Under the lock.</summary>
    public bool IsInFlight => _response.IsInFlight;

    /// <summary>What was taken is sent. Under the lock. True: the response is complete, and <see cref="WakeWriter"/> is to be called.</summary>
    public bool Sent()
    {
        _connection.Budget.Sent(_response.InFlight, _response.IsCut);
        var isDone = _response.Sent();
        if (isDone && _end is not null)
        {
            _connection.Streams.Finish(this, _end);
        }

        return isDone;
    }

    /// <summary>Since when its end waits for a client that does not take what precedes it, a timestamp; null: it does not.</summary>
    public long? EndsSince { get; private set; }

    /// <summary>Nobody reads or writes any more. Under the lock.</summary>
    public void SetEnd(Func<bool, byte[]> end, long now)
    {
        _request.Discard();
        _response.Discard();
        if (_isClosed || _end is not null)
        {
            return;
        }

        _end = end(_hasBegun);
        if (_response.IsQueued)
        {
            EndsSince = now;
        }
        else
        {
            _connection.Streams.Finish(this, _end);
        }
    }

    /// <summary>The stream is over. Under the lock; <see cref="Lost"/> is to be called behind it.</summary>
    /// <returns>Bytes of the connection's window that it kept.</returns>
    public int Close(Exception loss)
    {
        if (_isClosed)
        {
            return 0;
        }

        _isClosed = true;
        _request.Lose(loss);
        _response.Lose();
        return _request.Release();
    }

    /// <summary>Tells whoever waits that the stream is over. From anywhere but under the lock.</summary>
    public void Lost()
    {
        _request.WakeReader(inline: false);
        _response.Wake(inline: false);
        // Whatever the callbacks do, the caller goes on.
        _ = _aborted?.CancelAsync();
    }
}
